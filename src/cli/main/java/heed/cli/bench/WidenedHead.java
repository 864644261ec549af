package heed.cli.bench;

import heed.attention.ElementType;
import heed.attention.Int4Pair;
import heed.attention.Tensor;

/// The keys or the values of one head of one sequence, in f32: widened and, if they are quantised, scaled.
///
/// @param elements row after row
/// @param dim elements of a row
record WidenedHead(float[] elements, int dim) {
    /// Rows `from` to `from + count` of `head`.
    static WidenedHead of(Stored stored, int head, int from, int count) {
        Tensor tensor = stored.elements();
        int dim = tensor.size(3) * tensor.type().elementsPerUnit();
        float[] elements = new float[Math.multiplyExact(count, dim)];
        for (int j = 0; j < count; j++) {
            int to = j * dim;
            if (tensor.type() == ElementType.INT4) {
                readPairs(tensor, head, from + j, elements, to);
            } else {
                read(tensor, head, from + j, elements, to);
            }
            int row = from + j;
            stored.scale().ifPresent(scale -> scale(scale, head, row, elements, to, dim));
        }
        return new WidenedHead(elements, dim);
    }

    /// Row `index` of `head` of a tensor `[1, heads, rows, dim]`.
    static float[] row(Tensor tensor, int head, int index) {
        float[] row = new float[tensor.size(3)];
        read(tensor, head, index, row, 0);
        return row;
    }

    private static long at(Tensor tensor, int head, int index) {
        return tensor.offset() + head * tensor.stride(1) + index * tensor.stride(2);
    }

    private static void read(Tensor tensor, int head, int index, float[] elements, int to) {
        long at = at(tensor, head, index);
        for (int d = 0; d < tensor.size(3); d++) {
            elements[to + d] = (float) tensor.type().read(tensor.segment(), at + d * tensor.stride(3));
        }
    }

    private static void readPairs(Tensor tensor, int head, int index, float[] elements, int to) {
        long at = at(tensor, head, index);
        for (int d = 0; d < tensor.size(3); d++) {
            int pair = (int) tensor.type().read(tensor.segment(), at + d * tensor.stride(3));
            elements[to + 2 * d] = Int4Pair.low(pair);
            elements[to + 2 * d + 1] = Int4Pair.high(pair);
        }
    }

    /// Each scale of a row is for as many elements as any other.
    private static void scale(Tensor scale, int head, int index, float[] elements, int to, int dim) {
        int scales = scale.rank() == 3 ? 1 : scale.size(3);
        int group = dim / scales;
        for (int g = 0; g < scales; g++) {
            long at = at(scale, head, index) + (scales == 1 ? 0 : g * scale.stride(3));
            float factor = (float) scale.type().read(scale.segment(), at);
            for (int d = to + g * group; d < to + (g + 1) * group; d++) {
                elements[d] *= factor;
            }
        }
    }

    /// Largest magnitude.
    double largest() {
        float largest = 0;
        for (float element : elements) {
            largest = Math.max(largest, Math.abs(element));
        }
        return largest;
    }

    /// `row · rowⱼ`, added in order.
    float dot(float[] row, int j) {
        float sum = 0;
        for (int d = 0; d < dim; d++) {
            sum += row[d] * elements[j * dim + d];
        }
        return sum;
    }

    /// Adds `weight · rowⱼ` to `output`.
    void addTo(float[] output, float weight, int j) {
        for (int d = 0; d < dim; d++) {
            output[d] += weight * elements[j * dim + d];
        }
    }
}
