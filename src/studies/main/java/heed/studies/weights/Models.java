package heed.studies.weights;

import heed.studies.claim.Lab;
import heed.studies.page.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The real models at hand, for any study that asks whether they do what its theory says.
public final class Models {
    private Models() {}

    /// What the heads of each give the first token.
    public static List<Section> sinks(Lab lab) {
        List<Section> sections = new ArrayList<>();
        each(lab, (subject, model) -> {
            lab.progress().doing("what the heads of " + model.name() + " give the first token");
            sections.add(ModelPage.sinks(subject, model, Activations.of(lab, model, Texts.ALL)));
        });
        return sections;
    }

    /// How the matrices of each go on from layer to layer.
    public static List<Section> continuity(Lab lab) {
        List<Section> sections = new ArrayList<>();
        each(lab, (_, model) -> {
            lab.progress().doing("the matrices of " + model.name());
            sections.add(ModelPage.continuity(model.name(), Continuity.of(lab, model)));
        });
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
