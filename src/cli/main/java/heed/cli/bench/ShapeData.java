package heed.cli.bench;

import heed.attention.AttentionArguments;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/// The tensors of a shape, off the heap and filled with repeatable noise.
///
/// Decode gets as many caches as together exceed a given size, four times the last-level cache in `heed bench`: were
/// there one, it would stay in the cache, which no server's many sequences do.
public final class ShapeData implements AutoCloseable {
    /// Keys and values so small that a run of them tells what a call costs, not what reading does: they stay in the
    /// first-level cache, and there is one cache only.
    private static final long TINY = 32L << 10;

    private final Memory memory = new Memory();
    private final BenchShape shape;
    private final Tensor query;
    private final Tensor output;
    private final KeyValue first;
    private final long count;
    private Caches caches;

    /// Makes the tensors.
    ///
    /// @param exceeded bytes that the caches of a decode shape exceed together
    public ShapeData(BenchShape shape, long exceeded) {
        this.shape = shape;
        Noise noise = new Noise(shape, memory);
        query = noise.query();
        output = noise.output();
        first = noise.keyValue();
        count = rotates(shape) ? exceeded / shape.kvBytes() + 1 : 1;
        caches = new Caches(shape, first, KeyLayout.rows(), 1);
    }

    /// Whether runs of `shape` take several caches in turn.
    static boolean rotates(BenchShape shape) {
        return shape.phase() == BenchShape.Phase.DECODE && shape.kvBytes() > TINY;
    }

    /// `[1, queryHeads, batch · queryLen, headDim]`.
    public Tensor query() {
        return query;
    }

    /// What [#arguments] number 0 reads, keys in rows.
    public KeyValue first() {
        return first;
    }

    /// Where every run writes: `[1, queryHeads, batch · queryLen, headDim]`.
    public Tensor output() {
        return output;
    }

    /// Makes every element of the output NaN, so that nothing passes for a result that is none.
    public void forgetOutput() {
        output.segment().fill((byte) 0xff);
    }

    /// Zeros that live as long as this does.
    public Tensor tensor(ElementType type, int... sizes) {
        return memory.tensor(type, sizes);
    }

    /// Arguments of runs over each cache in turn, keys in `layout`. Those of another layout are freed.
    public List<AttentionArguments> arguments(KeyLayout layout) {
        if (!caches.layout().equals(layout) || caches.all().size() < count) {
            caches.close();
            caches = new Caches(shape, first, layout, count);
        }
        return caches.all().stream().map(this::arguments).toList();
    }

    private AttentionArguments arguments(KeyValue cache) {
        AttentionArguments arguments =
                cache.giveTo(new AttentionArguments().query(query).output(output));
        return shape.batch() == 1
                ? arguments
                : arguments.lengths(new SequenceLengths(shape.batch())
                        .queryStarts(starts(shape.queryLen()))
                        .kvStarts(starts(shape.kvLen())));
    }

    private int[] starts(int len) {
        return IntStream.rangeClosed(0, shape.batch()).map(b -> b * len).toArray();
    }

    @Override
    public void close() {
        caches.close();
        memory.close();
    }
}
