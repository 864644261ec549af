package heed.cli.bench.features;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import heed.cli.bench.KeyValue;
import heed.cli.bench.ShapeData;

/// The last head of a shape with as many heads of key and value as of the query: what the reference computes wholly
/// where rows alone do not tell.
///
/// @param shape sizes
/// @param data of all heads
record LastHead(BenchShape shape, ShapeData data) {
    private static final double UNIT = 0x1p-24;

    /// The spec of one head like those of `spec`.
    static AttentionSpec.Builder spec(AttentionSpec spec) {
        return AttentionSpec.builder(1, spec.headDim()).mask(spec.mask());
    }

    /// The last head of `tensor`, whose axis 1 is heads.
    Tensor of(Tensor tensor) {
        return tensor.slice(1, shape.queryHeads() - 1, shape.queryHeads());
    }

    /// Its query, key and value.
    AttentionArguments arguments() {
        KeyValue all = data.first();
        return new AttentionArguments()
                .query(of(data.query()))
                .key(of(all.key().elements()))
                .value(of(all.value().elements()));
    }

    /// What a score may be: `scale · Σ |q · k|` is at most that with the longest query and the longest key.
    double score() {
        double scale = 1 / Math.sqrt(shape.headDim());
        return scale * longest(of(data.query())) * longest(of(data.first().key().elements()));
    }

    private static double longest(Tensor rows) {
        double longest = 0;
        for (int i = 0; i < rows.size(2); i++) {
            double squares = 0;
            for (int d = 0; d < rows.size(3); d++) {
                squares += Math.pow(rows.get(0, 0, i, d), 2);
            }
            longest = Math.max(longest, squares);
        }
        return Math.sqrt(longest);
    }

    /// What a score in f32 may be off by.
    double scoreError() {
        return 2 * (shape.headDim() + 4) * UNIT * score();
    }

    /// What a probability may be off by, relatively: its score, and the sum of all weights.
    double weightError() {
        return 2 * scoreError() + (shape.kvLen() + 8) * UNIT;
    }

    /// The largest difference of the elements of two tensors of equal shape; NaN if one is.
    static double difference(Tensor left, Tensor right) {
        return fold(left, index -> Math.abs(left.get(index) - right.get(index)));
    }

    /// The largest magnitude.
    static double largest(Tensor tensor) {
        return fold(tensor, index -> Math.abs(tensor.get(index)));
    }

    /// Something of an element.
    private interface Of {
        double at(int[] index);
    }

    private static double fold(Tensor tensor, Of of) {
        double largest = 0;
        int[] shape = tensor.shape();
        int[] index = new int[shape.length];
        do {
            largest = Math.max(largest, of.at(index));
        } while (next(index, shape));
        return largest;
    }

    private static boolean next(int[] index, int[] shape) {
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            if (++index[axis] < shape[axis]) {
                return true;
            }
            index[axis] = 0;
        }
        return false;
    }
}
