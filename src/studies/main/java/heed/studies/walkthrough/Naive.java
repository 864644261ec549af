package heed.studies.walkthrough;

import heed.attention.GemmPlan;
import heed.attention.Tensor;
import heed.studies.claim.Lab;

/// Attention as the formula is written, which Heed does not do: all scores of a head are written out, `[n, n]`, made
/// weights, and multiplied with the values. It is here to be compared with.
final class Naive {
    private Naive() {}

    /// Sets `output` to the attention of `query`, `key` and `value`, all `[1, heads, n, headDim]` in f32.
    static void attend(Lab lab, Tensor query, Tensor key, Tensor value, Tensor output) {
        int n = query.size(2);
        int dim = query.size(3);
        float[] scores = scores(n);
        Tensor matrix = Tensor.of(scores, n, n);
        for (int h = 0; h < query.size(1); h++) {
            try (GemmPlan product = lab.gemm().plan(head(key, h).permute(1, 0), n, lab.alone())) {
                product.run(1 / Math.sqrt(dim), head(query, h), 0, matrix);
            }
            for (int i = 0; i < n; i++) {
                softmax(scores, i * n, n);
            }
            try (GemmPlan product = lab.gemm().plan(head(value, h), n, lab.alone())) {
                product.run(matrix, head(output, h));
            }
        }
    }

    /// Room for the scores of a head.
    static float[] scores(int n) {
        return new float[Math.multiplyExact(n, n)];
    }

    /// Head `h` as a matrix `[n, headDim]`, a view.
    private static Tensor head(Tensor tensor, int h) {
        int[] shape = {tensor.size(2), tensor.size(3)};
        long[] strides = {tensor.stride(2), tensor.stride(3)};
        return Tensor.strided(tensor.segment(), tensor.type(), tensor.offset() + h * tensor.stride(1), shape, strides);
    }

    private static void softmax(float[] scores, int from, int n) {
        float most = Float.NEGATIVE_INFINITY;
        for (int j = from; j < from + n; j++) {
            most = Math.max(most, scores[j]);
        }
        float sum = 0;
        for (int j = from; j < from + n; j++) {
            scores[j] = (float) Math.exp(scores[j] - most);
            sum += scores[j];
        }
        for (int j = from; j < from + n; j++) {
            scores[j] /= sum;
        }
    }
}
