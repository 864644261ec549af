package heed.studies.head;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;

/// How far a run in float, as models compute, is from the same run in double.
public final class FloatDeviation {
    private FloatDeviation() {}

    /// Largest difference of an output element of one head of `spec`, whose runs need query, key and value
    /// alone.
    public static double largest(Lab lab, AttentionSpec spec, Matrix query, Matrix key, Matrix value) {
        AttentionSizes sizes = new AttentionSizes(1, query.rows(), key.rows());
        float[] output = new float[query.rows() * value.columns()];
        try (AttentionPlan plan = lab.attention()
                        .plan(spec.toBuilder().type(ElementType.F32).build(), sizes, lab.alone());
                Head head = new Head(lab, spec, query.rows(), key.rows())) {
            plan.run(new AttentionArguments()
                    .query(floats(query))
                    .key(floats(key))
                    .value(floats(value))
                    .output(Tensor.of(output, 1, 1, query.rows(), value.columns()))
                    .logSumExp(Tensor.of(new float[query.rows()], 1, 1, query.rows())));
            double[] expected = head.run(query, key, value).output().elements();
            double largest = 0;
            for (int n = 0; n < output.length; n++) {
                largest = Math.max(largest, Math.abs(output[n] - expected[n]));
            }
            return largest;
        }
    }

    private static Tensor floats(Matrix matrix) {
        float[] elements = new float[matrix.elements().length];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) matrix.elements()[n];
        }
        return Tensor.of(elements, 1, 1, matrix.rows(), matrix.columns());
    }
}
