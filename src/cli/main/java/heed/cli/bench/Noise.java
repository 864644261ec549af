package heed.cli.bench;

import heed.attention.ElementType;
import heed.attention.Quantiser;
import heed.attention.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.SplittableRandom;

/// Repeatable noise for the tensors of a shape: the same numbers for every backend and in every process.
///
/// Rows lie head after head for one sequence, token after token for several, the one as a cache has them, the other as
/// an inference server packs them.
final class Noise {
    private final BenchShape shape;
    private final Memory memory;
    private final SplittableRandom random;

    Noise(BenchShape shape, Memory memory) {
        this.shape = shape;
        this.memory = memory;
        random = new SplittableRandom(shape.inRows().toString().hashCode());
    }

    /// The query: `[1, queryHeads, batch · queryLen, headDim]`.
    Tensor query() {
        Tensor query = rows(shape.queryType(), shape.queryHeads(), shape.queryLen(), shape.headDim());
        fill(query);
        return query;
    }

    /// Zeros where the output goes: `[1, queryHeads, batch · queryLen, headDim]`.
    Tensor output() {
        return rows(shape.outputType(), shape.queryHeads(), shape.queryLen(), shape.headDim());
    }

    /// Keys and values in rows.
    KeyValue keyValue() {
        return new KeyValue(stored(), stored());
    }

    private Stored stored() {
        ElementType type = shape.kvType();
        Tensor elements = rows(type, shape.kvHeads(), shape.kvLen(), type.unitsOf(shape.headDim()));
        if (!type.isQuantised()) {
            fill(elements);
            return new Stored(elements, Optional.empty());
        }
        int scales = type.scalesOf(shape.headDim());
        Tensor scale = rows(BenchShape.SCALE, shape.kvHeads(), shape.kvLen(), scales);
        quantise(elements, scale);
        return new Stored(elements, Optional.of(type == ElementType.INT8 ? withoutLast(scale) : scale));
    }

    /// A head of f32 noise at a time, so that little is held that nobody reads.
    private void quantise(Tensor elements, Tensor scale) {
        int rows = elements.size(2);
        try (Memory passing = new Memory()) {
            Tensor head = passing.tensor(ElementType.F32, 1, 1, rows, shape.headDim());
            for (int h = 0; h < shape.kvHeads(); h++) {
                fill(head);
                Tensor scales = scale.slice(1, h, h + 1);
                Quantiser.fill(
                        head,
                        elements.slice(1, h, h + 1),
                        shape.kvType() == ElementType.INT8 ? withoutLast(scales) : scales);
            }
        }
    }

    /// `[…]` of `[…, 1]`.
    private static Tensor withoutLast(Tensor tensor) {
        int[] sizes = {tensor.size(0), tensor.size(1), tensor.size(2)};
        long[] strides = {tensor.stride(0), tensor.stride(1), tensor.stride(2)};
        return Tensor.strided(tensor.segment(), tensor.type(), tensor.offset(), sizes, strides);
    }

    private Tensor rows(ElementType type, int heads, int len, int dim) {
        int total = Math.multiplyExact(shape.batch(), len);
        return shape.batch() == 1
                ? memory.tensor(type, 1, heads, total, dim)
                : memory.tensor(type, 1, total, heads, dim).permute(0, 2, 1, 3);
    }

    private void fill(Tensor tensor) {
        MemorySegment segment = tensor.segment();
        ElementType type = tensor.type();
        for (long at = 0; at < segment.byteSize(); at += type.bytes()) {
            type.write(segment, at, gaussian());
        }
    }

    /// Near enough to normal, mean 0 and variance 1, in a tenth of the time: the sum of four uniform numbers. None is
    /// beyond ±2√3.
    private double gaussian() {
        long bits = random.nextLong();
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
        return (sum / 65536.0 - 2) * Math.sqrt(3);
    }
}
