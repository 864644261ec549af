package heed.cli.bench;

import heed.attention.ElementType;
import heed.attention.Tensor;

/// What error a result may have: the library's accuracy promise, for the sampled rows.
///
/// f32: `max(2 · plain, 4 · 2⁻²⁴ · max|V|)` and half a unit in the last place, where *plain* is the error of a
/// sequential f32 dot product, a two-pass softmax with correctly rounded `exp` and a sequential sum.
///
/// f64 has no wider reference, so both sides err: `2 · ω · max|V|` with the a-priori bound of a weight,
/// `ω = 2 · (d + 4) · u · max(scale · Σ |q · k|) + (n + 8) · u`, `u = 2⁻⁵³`.
final class Yardstick {
    private final BenchShape shape;
    private final ShapeData data;
    private final double largestValue;

    Yardstick(BenchShape shape, ShapeData data) {
        this.shape = shape;
        this.data = data;
        largestValue = largestValue(data.value(), shape.type());
    }

    /// @param rows the query rows that `expected` holds
    /// @param expected the reference's result: `[rows, queryHeads, 1, headDim]`
    double tolerance(int[] rows, Tensor expected) {
        if (shape.type() == ElementType.F64) {
            return apriori();
        }
        double worst = 0;
        double largest = 0;
        for (int n = 0; n < rows.length; n++) {
            for (int h = 0; h < shape.queryHeads(); h++) {
                float[] plain = attend(h, rows[n]);
                for (int d = 0; d < plain.length; d++) {
                    worst = Math.max(worst, Math.abs(plain[d] - expected.get(n, h, 0, d)));
                    largest = Math.max(largest, Math.abs(plain[d]));
                }
            }
        }
        return Math.max(2 * worst, 4 * 0x1p-24 * largestValue) + Math.ulp((float) largest) / 2;
    }

    private float[] attend(int head, int row) {
        int kvHead = head / (shape.queryHeads() / shape.kvHeads());
        int seen = shape.causal() ? row + shape.kvLen() - shape.queryLen() + 1 : shape.kvLen();
        float scale = (float) (1 / Math.sqrt(shape.headDim()));
        float[] query = row(data.query(), head, row);
        float[] scores = new float[Math.clamp(seen, 0, shape.kvLen())];
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < scores.length; j++) {
            float[] key = row(data.key(), kvHead, j);
            float dot = 0;
            for (int d = 0; d < query.length; d++) {
                dot += query[d] * key[d];
            }
            scores[j] = scale * dot;
            max = Math.max(max, scores[j]);
        }
        return average(kvHead, scores, max);
    }

    private float[] average(int kvHead, float[] scores, float max) {
        float[] output = new float[shape.headDim()];
        float sum = 0;
        for (int j = 0; j < scores.length; j++) {
            float weight = (float) Math.exp(scores[j] - max);
            sum += weight;
            float[] value = row(data.value(), kvHead, j);
            for (int d = 0; d < output.length; d++) {
                output[d] += weight * value[d];
            }
        }
        for (int d = 0; d < output.length; d++) {
            output[d] = sum == 0 ? 0 : output[d] / sum;
        }
        return output;
    }

    private float[] row(Tensor tensor, int head, int row) {
        float[] elements = new float[shape.headDim()];
        long at = tensor.offset() + head * tensor.stride(1) + row * tensor.stride(2);
        for (int d = 0; d < elements.length; d++) {
            elements[d] = tensor.segment().get(java.lang.foreign.ValueLayout.JAVA_FLOAT, at + 4L * d);
        }
        return elements;
    }

    private double apriori() {
        double unit = 0x1p-53;
        double magnitude = Math.sqrt(shape.headDim())
                * largestValue(data.query(), shape.type())
                * largestValue(data.key(), shape.type());
        double weight = 2 * (shape.headDim() + 4) * unit * magnitude + (shape.kvLen() + 8) * unit;
        return 2 * weight * largestValue;
    }

    private static double largestValue(Tensor tensor, ElementType type) {
        double largest = 0;
        for (long at = 0; at < tensor.segment().byteSize(); at += type.bytes()) {
            largest = Math.max(largest, Math.abs(type.read(tensor.segment(), at)));
        }
        return largest;
    }
}
