package heed.attention;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Made-up tensors for a [Trial]: repeatable noise in whatever types, layout and pages the spec asks for.
///
/// A decode step reads keys and values once, so one cache would stay in the processor's, which those of a
/// server's many sequences do not: there are as many caches as together exceed [#ROTATED] bytes, and runs take
/// them in turn. A cache so small that its reading costs nothing is alone.
final class TrialData implements AutoCloseable {
    /// More than last-level caches hold, those of the largest servers apart.
    private static final long ROTATED = 128L << 20;

    private static final long TINY = 32L << 10;
    private static final int ALIGNMENT = 64;

    private final Arena arena = Arena.ofShared();
    private final SplittableRandom random = new SplittableRandom(7);
    private final AttentionSpec spec;
    private final AttentionSizes sizes;
    private final Tensor output;
    private final List<AttentionArguments> arguments = new ArrayList<>();

    /// @param decode whether several caches are read in turn
    TrialData(AttentionSpec spec, AttentionSizes sizes, boolean decode) {
        this.spec = spec;
        this.sizes = sizes;
        try {
            output = tensor(spec.outputType(), 1, spec.queryHeads(), sizes.queryLen(), spec.valueDim());
            AttentionArguments first = withCache(withRest(new AttentionArguments()));
            arguments.add(first);
            long bytes = Door.given("key", first.key).segment().byteSize()
                    + Door.given("value", first.value).segment().byteSize();
            for (long held = bytes; decode && bytes > TINY && held < ROTATED; held += bytes) {
                arguments.add(copied(first));
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            arena.close();
            throw failure;
        }
    }

    /// Arguments of runs, to be taken in turn.
    List<AttentionArguments> arguments() {
        return arguments;
    }

    /// Where every run writes.
    Tensor output() {
        return output;
    }

    /// Makes every element of the output NaN, so that nothing passes for a result that is none.
    void forgetOutput() {
        output.segment().fill((byte) 0xff);
    }

    private AttentionArguments withRest(AttentionArguments to) {
        int heads = spec.queryHeads();
        to.query(noise(spec.queryType(), 1, heads, sizes.queryLen(), spec.headDim()))
                .output(output);
        if (spec.hasLogSumExp()) {
            to.logSumExp(tensor(ElementType.F32, 1, heads, sizes.queryLen()));
        }
        if (spec.sink()) {
            to.sink(noise(ElementType.F32, heads));
        }
        if (spec.mask().has(Mask.Alibi.class)) {
            to.alibiSlopes(noise(ElementType.F32, heads));
        }
        if (spec.isPaged()) {
            int[] pages =
                    IntStream.range(0, pages()).map(page -> pages() - 1 - page).toArray();
            to.pageTable(new PageTable(pages, pages.length)).lengths(new SequenceLengths(1).kvLens(sizes.kvLen()));
        }
        return to;
    }

    private int pages() {
        return Math.ceilDiv(sizes.kvLen(), spec.pageLen());
    }

    private AttentionArguments withCache(AttentionArguments to) {
        int blocks = spec.isPaged() ? pages() : 1;
        int len = spec.isPaged() ? spec.pageLen() : sizes.kvLen();
        ElementType type = spec.kvType();
        int units = type.unitsOf(spec.headDim());
        to.key(
                switch (spec.keyLayout()) {
                    case KeyLayout.Rows _ -> noise(type, blocks, spec.kvHeads(), len, units);
                    case KeyLayout.Panels panels ->
                        noise(type, blocks, spec.kvHeads(), panels.count(len), units, panels.width());
                });
        to.value(noise(type, blocks, spec.kvHeads(), len, type.unitsOf(spec.valueDim())));
        if (type.isQuantised()) {
            to.keyScale(scales(blocks, len, spec.headDim()));
            to.valueScale(scales(blocks, len, spec.valueDim()));
        }
        return to;
    }

    /// Another cache of the same content; all else is shared.
    private AttentionArguments copied(AttentionArguments first) {
        AttentionArguments to = new AttentionArguments()
                .query(Door.given("query", first.query))
                .key(copy(Door.given("key", first.key)))
                .value(copy(Door.given("value", first.value)))
                .output(output);
        to.keyScale = first.keyScale;
        to.valueScale = first.valueScale;
        to.logSumExp = first.logSumExp;
        to.sink = first.sink;
        to.alibiSlopes = first.alibiSlopes;
        to.pageTable = first.pageTable;
        to.lengths = first.lengths;
        return to;
    }

    private Tensor copy(Tensor tensor) {
        MemorySegment to = arena.allocate(tensor.segment().byteSize(), ALIGNMENT);
        return Tensor.of(to.copyFrom(tensor.segment()), tensor.type(), tensor.shape());
    }

    private Tensor tensor(ElementType type, int... shape) {
        long bytes = type.bytes();
        for (int size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        return Tensor.of(arena.allocate(bytes, ALIGNMENT), type, shape);
    }

    /// Numbers of mean 0 and variance 1, or, of a quantised type, what its scale makes such of.
    private Tensor noise(ElementType type, int... shape) {
        Tensor tensor = tensor(type, shape);
        MemorySegment segment = tensor.segment();
        for (long at = 0; at < segment.byteSize(); at += type.bytes()) {
            if (type.isQuantised()) {
                segment.set(java.lang.foreign.ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
            } else {
                type.write(segment, at, uniform());
            }
        }
        return tensor;
    }

    private double uniform() {
        return (2 * random.nextDouble() - 1) * Math.sqrt(3);
    }

    /// Each near one over the deviation of the integers that it scales.
    private Tensor scales(int blocks, int len, int dim) {
        int count = spec.kvType().scalesOf(dim);
        Tensor scales = spec.kvType() == ElementType.INT8
                ? tensor(ElementType.F32, blocks, spec.kvHeads(), len)
                : tensor(ElementType.F32, blocks, spec.kvHeads(), len, count);
        double usual = spec.kvType() == ElementType.INT8 ? 1 / 74.0 : 1 / 4.6;
        MemorySegment segment = scales.segment();
        for (long at = 0; at < segment.byteSize(); at += Float.BYTES) {
            ElementType.F32.write(segment, at, usual * (0.5 + random.nextDouble()));
        }
        return scales;
    }

    @Override
    public void close() {
        arena.close();
    }
}
