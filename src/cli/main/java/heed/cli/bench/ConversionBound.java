package heed.cli.bench;

import heed.attention.ElementType;

/// How fast keys and values can be made f32 at most, by counting instructions.
///
/// What is stored in fewer bits is widened, which takes at least the vector instructions below. Like multiply-adds they
/// act on whole vectors of f32, and a core is taken to start two in a cycle. So the multiply-add ceiling tells how many
/// there are: `F` GFLOP/s are `F / 2` lane operations a nanosecond, a multiply-add counting as two FLOPs, whatever the
/// width of a vector, the clock and the number of threads. A conversion of `c` instructions a vector then makes
/// `F / (2 · c)` elements a nanosecond. (The clock, were it needed, is `F / (4 · lanes)` a core, in GHz.)
///
/// | type | instructions, for a vector of f32                                                               | `c` |
/// |------|-------------------------------------------------------------------------------------------------|-----|
/// | bf16 | load that widens 16 bits to 32; shift                                                           | 2   |
/// | int8 | load that widens 8 bits to 32 with the sign; integer to float                                   | 2   |
/// | int4 | for two vectors: load that widens 8 bits to 32; and; shift; twice integer to float              | 2.5 |
/// | f16  | load that widens and converts, which a core takes as two                                        | 2   |
///
/// The zero point of int4 and all scales cost nothing here: the scale of a key goes to its score and that of a value to
/// its weight, once for many elements. Loads, multiply-adds and conversions start on units of their own where a CPU has
/// enough of them, so each bounds alone: the roof is the lowest bound, not their sum.
final class ConversionBound {
    private ConversionBound() {}

    /// Instructions for each vector of f32.
    static double instructions(ElementType type) {
        return switch (type) {
            case BOOL, F32, F64 -> 0;
            case BF16, F16, INT8 -> 2;
            case INT4 -> 2.5;
        };
    }

    /// GFLOP/s of `shape` at which every element of its keys and values is converted once, and nothing else takes time;
    /// infinite where nothing is converted.
    static double gflops(BenchShape shape, double fmaGflops) {
        double elements = 2.0 * shape.batch() * shape.kvHeads() * shape.kvLen() * shape.headDim();
        double nanos = elements * 2 * instructions(shape.kvType()) / fmaGflops;
        return shape.flops() / nanos;
    }
}
