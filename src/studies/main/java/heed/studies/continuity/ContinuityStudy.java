package heed.studies.continuity;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import heed.studies.weights.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Jeong, Paeng and Suh, Why Geometric Continuity Emerges, arXiv:2605.04971.
public final class ContinuityStudy implements Study {
    static final int SEEDS = 3;
    static final List<Variant> TRAINED =
            List.of(Variant.RELU, Variant.BARE_RELU, Variant.LINEAR, Variant.RADIAL, Variant.NORMED);

    /// Ready to run.
    public ContinuityStudy() {}

    @Override
    public String name() {
        return "continuity";
    }

    @Override
    public Paper paper() {
        return new Paper(
                "Why Geometric Continuity Emerges",
                "Jeong, Paeng, Suh",
                "https://arxiv.org/abs/2605.04971",
                "abstract and opening; not the sizes of its toy network, its rotation-preserving function, its equation 2");
    }

    @Override
    public Report run(Lab lab) {
        Checks checks = new Checks(name());
        ContinuityChecks all = new ContinuityChecks(checks);
        all.measures();
        AtInitialisation skip = AtInitialisation.of(lab, Variant.RELU);
        AtInitialisation bare = AtInitialisation.of(lab, Variant.BARE_RELU);
        all.gradients(skip, bare);
        all.symmetry(lab);
        List<List<Trained>> trained = lab.quick() ? List.of() : trained(lab);
        if (!trained.isEmpty()) {
            all.trained(trained);
        }
        return new Report(checks.list(), ContinuityPage.of(skip, bare, trained, Models.continuity(lab)));
    }

    /// For each variant, a training for each seed.
    private static List<List<Trained>> trained(Lab lab) {
        List<Callable<Trained>> parts = new ArrayList<>();
        for (Variant variant : TRAINED) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                int own = seed;
                parts.add(() -> Trained.of(lab, variant, own));
            }
        }
        List<Trained> all = lab.all(parts);
        List<List<Trained>> byVariant = new ArrayList<>();
        for (int n = 0; n < TRAINED.size(); n++) {
            byVariant.add(all.subList(n * SEEDS, (n + 1) * SEEDS));
        }
        return byVariant;
    }
}
