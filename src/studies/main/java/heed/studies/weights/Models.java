package heed.studies.weights;

import heed.model.weights.ModelFileException;
import heed.studies.claim.Lab;
import heed.studies.page.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/// The real models at hand, for any study that asks whether they do what its theory says.
public final class Models {
    private Models() {}

    /// What the heads of each give the first token; of a file that cannot be used, why.
    public static List<Section> sinks(Lab lab) {
        return sections(lab, (subject, model) -> {
            lab.progress().doing("what the heads of " + model.name() + " give the first token");
            return ModelPage.sinks(subject, model, Activations.of(lab, model, Texts.ALL));
        });
    }

    /// How the matrices of each go on from layer to layer; of a file that cannot be used, why.
    public static List<Section> continuity(Lab lab) {
        return sections(lab, (_, model) -> {
            lab.progress().doing("the matrices of " + model.name());
            return ModelPage.continuity(model.name(), Continuity.of(lab, model));
        });
    }

    /// The models only illustrate such a study: its checks do not fall with a model's file.
    private static List<Section> sections(Lab lab, BiFunction<Subject, RealModel, Section> look) {
        List<Section> sections = new ArrayList<>();
        try {
            each(lab, (subject, model) -> sections.add(look.apply(subject, model)));
        } catch (ModelFileException failure) {
            sections.add(Section.of("A model that was not measured", String.valueOf(failure.getMessage())));
        }
        return sections;
    }

    /// Opens one after the other.
    ///
    /// @return why the others are not looked at, a sentence each
    static List<String> each(Lab lab, BiConsumer<Subject, RealModel> look) {
        List<String> absent = new ArrayList<>();
        Optional<Path> folder = Subject.folder();
        for (Subject subject : Subject.all()) {
            Optional<String> missing =
                    subject.full() && lab.quick() ? Optional.of("left out of a quick run") : subject.missing(folder);
            if (missing.isPresent()) {
                absent.add(subject.name() + ": " + missing.get() + ".");
                continue;
            }
            try (RealModel model = subject.open(folder, lab)) {
                look.accept(subject, model);
            }
        }
        return absent;
    }
}
