package heed.kernels.tile;

import java.util.Objects;

/// Bounds that the compiler is told, so that the address of an element costs no instruction of its own.
///
/// `a[at + l]` lies at `a + 4 · (at + l)`, and the sum of two ints may wrap: not knowing better, the compiler adds and
/// widens it anew for each row of a step. Where both are known to be small it widens them once, before the loop, and
/// each row is a register beside the running `l`. On 16 registers [Tile6x2] gains 85 → 93 GFLOP/s of 101 at depth 128,
/// 92 → 97 at 256.
public final class Index {
    /// Elements of an operand at most.
    public static final int MOST_ELEMENTS = 1 << 30;

    /// Steps of a product at most, of up to 32 elements each.
    public static final int MOST_STEPS = 1 << 24;

    private Index() {}

    /// `at`, where an operand or a row of it begins.
    static int at(int at) {
        return Objects.checkIndex(at, MOST_ELEMENTS);
    }

    /// `depth`, the steps of a product.
    static int steps(int depth) {
        return Objects.checkIndex(depth, MOST_STEPS);
    }
}
