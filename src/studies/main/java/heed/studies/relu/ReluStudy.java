package heed.studies.relu;

import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import java.util.List;
import java.util.concurrent.Callable;

/// ReLU networks as attention.
public final class ReluStudy implements Study {
    static final String NAME = "relu";

    private static final List<String> CLAIMED = List.of(
            "Much is known of what networks of ReLUs, max(x, 0), can approximate, and with how many. The paper carries this "
                    + "over to transformers: a constructive approximation by ReLUs gives an explicit one by softmax attention "
                    + "alone, of the same accuracy; it names products, reciprocals, minimum and maximum.",
            "The abstract and opening were to be had, not the theorem's constants. The construction here, its errors and "
                    + "its constants are therefore ours; what is recomputed is that such a thing can be built from heads, "
                    + "and how sharp they must be.");

    private static final List<String> COMPUTED = List.of(
            "No weights are trained, all are written down by formula. A gate is one head of Heed's attention over one key, "
                    + "with a sink of logit 0 and the softmax scale β, in double; inputs are the batch. The maximum of n numbers "
                    + "is one head over n keys, clipping one head over p anchors. Linear maps between heads are plain products.",
            "Errors are the largest over grids that hold the worst inputs, or come near them; exact gates are computed "
                    + "beside to tell the construction's error from attention's.");

    /// Ready to run.
    public ReluStudy() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Paper paper() {
        return new Paper(
                "Transformer Approximations from ReLUs",
                "Hu, Lu, Lee, Liu",
                "https://arxiv.org/abs/2604.24878",
                "abstract and opening; the construction and its constants are ours");
    }

    @Override
    public Report run(Lab lab) {
        List<Callable<Found>> parts = List.of(
                () -> new GateClaims(lab).find(),
                () -> new ClipClaims(lab).find(),
                () -> new ArithmeticClaims(lab).find(),
                () -> new NetworkClaims(lab).find());
        return Found.report(lab, parts, CLAIMED, COMPUTED);
    }
}
