package heed.studies.flow;

import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import java.util.List;
import java.util.concurrent.Callable;

/// Attention as a flow of tokens over a sphere.
public final class FlowStudy implements Study {
    static final String NAME = "flow";

    /// Ready to run.
    public FlowStudy() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Paper paper() {
        return new Paper(
                "Gradient Flow Structure and Quantitative Dynamics of Multi-Head Self-Attention",
                "A. Pendharkar",
                "https://arxiv.org/abs/2605.04279",
                "abstract and opening of version 2; the rest is derived again here");
    }

    @Override
    public Report run(Lab lab) {
        List<Callable<Found>> parts = List.of(
                () -> new GatheringClaims(lab).find(),
                () -> new EnergyClaims(lab).find(),
                () -> new HeadSpreadClaims(lab).find(),
                () -> new EntropyClaims(lab).find(),
                () -> new CausalClaims(lab).find(),
                () -> new LongContextClaims(lab).find());
        return Found.report(lab, parts, CLAIMED, COMPUTED);
    }

    private static final List<String> CLAIMED = List.of(
            "Take a model's layers as time. Each token is a point on a sphere, and attention pulls it to a mean of the "
                    + "others; then the tokens flow, and one can ask where to and how fast. The known answer: in the end "
                    + "all of them lie in one point.",
            "The paper treats several heads at once. It claims that the heads' interaction energy does not fall, under "
                    + "conditions; that a single head's part of it may, because of radial shadow terms; that for "
                    + "heads that are multiples of the identity and tokens at equal angles there are closed forms, in "
                    + "which unequal heads do more together than equal ones; that softmax and ReLU scores gather "
                    + "tokens in different times in the linearised dynamics; and that entropy rises.",
            "Its abstract and opening were to be had, not its proofs, its condition on single heads or its critical β. "
                    + "What is held against the particles below is therefore derived here, except where a source is named.");

    private static final List<String> COMPUTED = List.of(
            "Each head is one call of Heed's attention in double over all tokens, with keys and values multiplied "
                    + "beforehand, the softmax scale β and, for the flow without denominators, outputs times e^L, L the "
                    + "log-sum-exp of the row. Energies are sums of e^L, entropies L less the mean score; no matrix of "
                    + "weights is made. ReLU scores are a plain loop.",
            "The flow is integrated by the classical method of Runge and Kutta; after each step tokens are made of "
                    + "length 1 again. Times to a cosine end in a shortened last step. Ei and E1 of the closed "
                    + "forms are series and a continued fraction.");
}
