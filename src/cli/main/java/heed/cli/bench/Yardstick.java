package heed.cli.bench;

import heed.attention.ElementType;
import heed.attention.Tensor;

/// What error a result may have: the library's accuracy promise, for the sampled rows.
///
/// Output in f32: `max(2 · plain, 4 · 2⁻²⁴ · max|V|)` and half a unit in the last place, where *plain* is the
/// error of a sequential f32 dot product, a two-pass softmax with correctly rounded `exp` and a sequential sum.
/// Both are of what is stored, whatever its type; *plain* widens and scales it in f32 first.
///
/// f64 has no wider reference, so both sides err: `2 · ω · max|V|` with the a-priori bound of a weight,
/// `ω = 2 · (d + 4) · u · max(scale · Σ |q · k|) + (n + 8) · u`, `u = 2⁻⁵³`.
final class Yardstick {
    private final BenchShape shape;
    private final Tensor query;
    private final KeyValue cache;
    private final PairScore score;
    private final int groupSize;

    /// @param query `[1, queryHeads, batch · queryLen, headDim]`
    /// @param cache all sequences' keys and values
    /// @param score what is computed
    Yardstick(BenchShape shape, Tensor query, KeyValue cache, PairScore score) {
        this.shape = shape;
        this.query = query;
        this.cache = cache;
        this.score = score;
        groupSize = shape.queryHeads() / shape.kvHeads();
    }

    /// What each element of the sampled rows of sequence `sequence` may be off by.
    ///
    /// @param rows the query rows that `expected` holds
    /// @param expected the reference's result: `[rows, queryHeads, 1, headDim]`
    double tolerance(int sequence, int[] rows, Tensor expected) {
        Worst worst = new Worst();
        for (int head = 0; head < shape.kvHeads(); head++) {
            WidenedHead keys = WidenedHead.of(cache.key(), head, sequence * shape.kvLen(), shape.kvLen());
            WidenedHead values = WidenedHead.of(cache.value(), head, sequence * shape.kvLen(), shape.kvLen());
            worst.key = Math.max(worst.key, keys.largest());
            worst.value = Math.max(worst.value, values.largest());
            for (int h = head * groupSize; h < (head + 1) * groupSize; h++) {
                for (int n = 0; n < rows.length; n++) {
                    float[] row = WidenedHead.row(query, h, sequence * shape.queryLen() + rows[n]);
                    worst.take(row, attend(row, h, rows[n], keys, values), expected, n, h);
                }
            }
        }
        return shape.outputType() == ElementType.F64 ? apriori(worst) : worst.promised();
    }

    /// `max|V|` over all sequences.
    double largestValue() {
        double largest = 0;
        for (int head = 0; head < shape.kvHeads(); head++) {
            WidenedHead values = WidenedHead.of(cache.value(), head, 0, shape.batch() * shape.kvLen());
            largest = Math.max(largest, values.largest());
        }
        return largest;
    }

    /// What the rows of a sequence come to at most.
    private static final class Worst {
        private double error;
        private double output;
        private double query;
        private double key;
        private double value;

        void take(float[] row, float[] plain, Tensor expected, int n, int head) {
            for (int d = 0; d < plain.length; d++) {
                error = Math.max(error, Math.abs(plain[d] - expected.get(n, head, 0, d)));
                output = Math.max(output, Math.abs(plain[d]));
                query = Math.max(query, Math.abs(row[d]));
            }
        }

        double promised() {
            return Math.max(2 * error, 4 * 0x1p-24 * value) + Math.ulp((float) output) / 2;
        }
    }

    private double apriori(Worst worst) {
        double unit = 0x1p-53;
        double magnitude = Math.sqrt(shape.headDim()) * worst.query * worst.key;
        double weight = 2 * (shape.headDim() + 4) * unit * magnitude + (shape.kvLen() + 8) * unit;
        return 2 * weight * worst.value;
    }

    private float[] attend(float[] row, int head, int index, WidenedHead keys, WidenedHead values) {
        int position = index + shape.kvLen() - shape.queryLen();
        float scale = (float) (1 / Math.sqrt(shape.headDim()));
        float[] scores = new float[shape.kvLen()];
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < scores.length; j++) {
            scores[j] = score.of(head, position, j, scale * keys.dot(row, j));
            max = Math.max(max, scores[j]);
        }
        float[] output = new float[shape.headDim()];
        float sum = 0;
        for (int j = 0; j < scores.length; j++) {
            if (scores[j] != Float.NEGATIVE_INFINITY) {
                float weight = (float) Math.exp(scores[j] - max);
                sum += weight;
                values.addTo(output, weight, j);
            }
        }
        for (int d = 0; d < output.length; d++) {
            output[d] = sum == 0 ? 0 : output[d] / sum;
        }
        return output;
    }
}
