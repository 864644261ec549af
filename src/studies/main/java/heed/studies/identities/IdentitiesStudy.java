package heed.studies.identities;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.List;

/// What attention does, without an n × n matrix: the identities that the other studies stand on.
public final class IdentitiesStudy implements Study {
    /// Ready to run.
    public IdentitiesStudy() {}

    @Override
    public String name() {
        return "identities";
    }

    @Override
    public Paper paper() {
        return new Paper(
                "Identities: what attention does, without an n × n matrix",
                "derived here",
                "",
                "nothing: all of it is ours");
    }

    @Override
    public Report run(Lab lab) {
        Case data = Case.seeded(1);
        Checks checks = new Checks(name());
        new ForwardIdentities(lab, data, checks).run();
        new BackwardIdentities(lab, data, checks).run();
        new GroupedIdentities(lab, checks).run();
        return new Report(checks.list(), page(lab, data));
    }

    private static Page page(Lab lab, Case data) {
        return new Page(
                List.of(
                        "Entropy, sinks, how many keys a row really reads, how much mass a key gets: all seem to need the "
                                + "matrix of attention weights, n rows of n. They do not. A fused kernel returns for each "
                                + "row its output O and the logarithm L of the softmax's denominator, and the quantities "
                                + "follow from these two, from a run with other tensors in the place of the values, or "
                                + "from the backward pass.",
                        "Each line below computes a quantity twice: through Heed's kernels without the matrix, and by "
                                + "plain sums over all pairs. What is measured is the largest difference."),
                List.of(Section.of(
                        "Without the matrix",
                        "The entropy of a row says how many keys it reads. Of the weights, it is -Σ p ln p. Without them: give the "
                                + "keys in the place of the values, so that the output m is the mean key, and L - β⟨q, m⟩ is the "
                                + "same number, since ln p is a score less L. Where the score is no longer a product, as under a "
                                + "softcap, that is lost.",
                        EntropyFigures.bothWays(lab, data),
                        EntropyFigures.memory())),
                List.of("One head of 37 queries and keys of 9 dims, values of 5, all of N(0, 1), softmax scale 0.4, in "
                        + "double. Gradients without a closed form of their own are held against central "
                        + "differences of step 1e-5."));
    }
}
