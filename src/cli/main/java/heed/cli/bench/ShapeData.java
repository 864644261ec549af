package heed.cli.bench;

import heed.attention.AttentionArguments;
import heed.attention.ElementType;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The tensors of a shape, off the heap and filled with repeatable noise.
///
/// Decode gets as many caches as together exceed four times the last-level cache: were there one, it would stay in
/// the cache, which no server's many sequences do.
final class ShapeData implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final Arena arena = Arena.ofShared();
    private final BenchShape shape;
    private final Tensor query;
    private final Tensor output;
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();

    ShapeData(BenchShape shape, long lastLevelCache) {
        this.shape = shape;
        SplittableRandom random = new SplittableRandom(shape.hashCode());
        query = noise(random, shape.queryHeads(), shape.queryLen());
        output = tensor(shape.queryHeads(), shape.queryLen());
        long caches = shape.phase() == BenchShape.Phase.DECODE ? 4 * lastLevelCache / shape.kvBytes() + 1 : 1;
        for (long n = 0; n < caches; n++) {
            keys.add(noise(random, shape.kvHeads(), shape.kvLen()));
            values.add(noise(random, shape.kvHeads(), shape.kvLen()));
        }
    }

    Tensor query() {
        return query;
    }

    /// Keys of the cache that [#arguments] number 0 reads.
    Tensor key() {
        return keys.getFirst();
    }

    /// Values that belong to [#key].
    Tensor value() {
        return values.getFirst();
    }

    Tensor output() {
        return output;
    }

    int caches() {
        return keys.size();
    }

    /// Arguments of runs over each cache in turn.
    List<AttentionArguments> arguments() {
        List<AttentionArguments> all = new ArrayList<>();
        for (int n = 0; n < keys.size(); n++) {
            all.add(new AttentionArguments()
                    .query(query)
                    .key(keys.get(n))
                    .value(values.get(n))
                    .output(output));
        }
        return all;
    }

    private Tensor tensor(int heads, int len) {
        long bytes = (long) heads * len * shape.headDim() * shape.type().bytes();
        return Tensor.of(arena.allocate(bytes, ALIGNMENT), shape.type(), 1, heads, len, shape.headDim());
    }

    private Tensor noise(SplittableRandom random, int heads, int len) {
        Tensor tensor = tensor(heads, len);
        MemorySegment segment = tensor.segment();
        ElementType type = shape.type();
        for (long at = 0; at < segment.byteSize(); at += type.bytes()) {
            type.write(segment, at, gaussian(random));
        }
        return tensor;
    }

    /// Near enough to normal, mean 0 and variance 1, in a tenth of the time: the sum of four uniform numbers.
    private static double gaussian(SplittableRandom random) {
        long bits = random.nextLong();
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
        return (sum / 65536.0 - 2) * Math.sqrt(3);
    }

    @Override
    public void close() {
        arena.close();
    }
}
