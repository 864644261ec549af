package heed.cli.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The most multiply-adds that this core does: twelve accumulators in registers that do not wait for each other.
///
/// A fused multiply-add takes about 4 cycles and a core starts at most 2 in each, so 8 in flight suffice; twelve
/// leave slack and, with the two operands, still fit a machine of 16 registers. Nothing is loaded in the loop. What
/// accumulates is the addend, which the instruction overwrites: as a factor it needs a copy each time, and copies of
/// twelve spill. Measured on Zen 4, 512 bits: 116 GFLOP/s on one core, 232 on two, which is what C reaches with as
/// many; on Zen 3, 256 bits: 101.4, two a cycle at the 3.17 GHz that a chain of integer multiplications shows.
final class FmaCeiling {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int ACCUMULATORS = 12;

    private FmaCeiling() {}

    /// Floating-point operations of [#run].
    static long flops(int iterations) {
        return 2L * ACCUMULATORS * F.length() * iterations;
    }

    /// Multiplies and adds; the result depends on all of it, so that none can be left out.
    static float run(int iterations, float factor) {
        var x = FloatVector.broadcast(F, factor);
        var y = FloatVector.broadcast(F, 1 - factor);
        var a0 = x;
        var a1 = x.add(1);
        var a2 = x.add(2);
        var a3 = x.add(3);
        var a4 = x.add(4);
        var a5 = x.add(5);
        var a6 = x.add(6);
        var a7 = x.add(7);
        var a8 = x.add(8);
        var a9 = x.add(9);
        var a10 = x.add(10);
        var a11 = x.add(11);
        for (int i = 0; i < iterations; i++) {
            a0 = x.fma(y, a0);
            a1 = x.fma(y, a1);
            a2 = x.fma(y, a2);
            a3 = x.fma(y, a3);
            a4 = x.fma(y, a4);
            a5 = x.fma(y, a5);
            a6 = x.fma(y, a6);
            a7 = x.fma(y, a7);
            a8 = x.fma(y, a8);
            a9 = x.fma(y, a9);
            a10 = x.fma(y, a10);
            a11 = x.fma(y, a11);
        }
        var low = a0.add(a1).add(a2).add(a3).add(a4).add(a5);
        var high = a6.add(a7).add(a8).add(a9).add(a10).add(a11);
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }
}
