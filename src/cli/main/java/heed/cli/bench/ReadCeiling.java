package heed.cli.bench;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The fastest that this core reads memory: four streams at once. Called on pieces of some KiB they are one stream to
/// the memory; [Ceilings] tries both, since neither was faster throughout.
final class ReadCeiling {
    private static final VectorSpecies<Long> L = LongVector.SPECIES_PREFERRED;
    private static final int STREAMS = 4;

    private ReadCeiling() {}

    /// Bytes that a segment for [#run] must be a multiple of.
    static int granule() {
        return STREAMS * 2 * L.vectorByteSize();
    }

    /// Reads every byte of `segment` once; the result depends on all of them.
    static long run(MemorySegment segment) {
        long stream = segment.byteSize() / STREAMS;
        int step = L.vectorByteSize();
        ByteOrder order = ByteOrder.nativeOrder();
        var a0 = LongVector.zero(L);
        var a1 = LongVector.zero(L);
        var a2 = LongVector.zero(L);
        var a3 = LongVector.zero(L);
        for (long at = 0; at < stream; at += 2L * step) {
            a0 = a0.add(LongVector.fromMemorySegment(L, segment, at, order));
            a1 = a1.add(LongVector.fromMemorySegment(L, segment, at + stream, order));
            a2 = a2.add(LongVector.fromMemorySegment(L, segment, at + 2 * stream, order));
            a3 = a3.add(LongVector.fromMemorySegment(L, segment, at + 3 * stream, order));
            a0 = a0.add(LongVector.fromMemorySegment(L, segment, at + step, order));
            a1 = a1.add(LongVector.fromMemorySegment(L, segment, at + step + stream, order));
            a2 = a2.add(LongVector.fromMemorySegment(L, segment, at + step + 2 * stream, order));
            a3 = a3.add(LongVector.fromMemorySegment(L, segment, at + step + 3 * stream, order));
        }
        return a0.add(a1).add(a2.add(a3)).reduceLanes(VectorOperators.ADD);
    }
}
