package heed.studies.relu;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.math.Special;
import java.util.Arrays;

/// Each gate a head over one key and a sink of logit 0: score βx, value x, so that it gives `x σ(βx)`.
/// Inputs are the batch.
///
/// `r(x) − xσ(βx) = |x|/(1+e^(β|x|))` is largest where `β|x| − 1 = e^(-β|x|)`, which makes it `W0(1/e)/β`.
record AttentionGates(Lab lab, double beta) implements Gates {
    /// `W0(1/e)`, .278465: β times the largest error of a gate.
    static final double ERROR = Special.lambertW(1 / Math.E);

    /// Largest error of a gate.
    double error() {
        return ERROR / beta;
    }

    /// The input at which it is: `(1 + W0(1/e))/β`.
    double worst() {
        return (1 + ERROR) / beta;
    }

    @Override
    public Matrix of(Matrix inputs) {
        int width = inputs.columns();
        AttentionSpec spec = AttentionSpec.builder(width, 1)
                .softmaxScale(beta)
                .sink()
                .type(ElementType.F64)
                .build();
        int[] shape = {inputs.rows(), width, 1, 1};
        Matrix output = Matrix.zeros(inputs.rows(), width);
        Matrix ones = Matrix.zeros(inputs.rows(), width);
        Arrays.fill(ones.elements(), 1);
        try (AttentionPlan plan = lab.attention().plan(spec, new AttentionSizes(inputs.rows(), 1, 1), lab.alone())) {
            plan.run(new AttentionArguments()
                    .query(ones.tensor(shape))
                    .key(inputs.tensor(shape))
                    .value(inputs.tensor(shape))
                    .sink(Tensor.of(new double[width], width))
                    .output(output.tensor(shape)));
        }
        return output;
    }
}
