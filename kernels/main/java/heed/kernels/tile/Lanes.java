package heed.kernels.tile;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The width of this process's vectors and the register tile that follows from the number of registers.
///
/// `-Dheed.vectorBits=128|256|512` forces a width, `-Dheed.vectorRegisters=16|32` a number of registers; a width
/// that the CPU lacks is refused by [heed.kernels.VectorBackend#availability] before this class is touched.
/// Everything here is a constant to the compiler.
public final class Lanes {
    /// Bits of the narrowest vectors that the kernels are written for; a JVM with narrower ones emulates these.
    private static final int NARROWEST = 128;

    /// The species of f32 kernels.
    public static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.withShape(shape());

    /// The species of f64 kernels.
    public static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED.withShape(shape());

    /// f32 lanes of a vector.
    public static final int WIDTH = F.length();

    /// Rows of every register tile: six broadcasts keep the two FMA pipes busy beside the loads of one row of B.
    public static final int ROWS = 6;

    /// Whether a tile of 6 × 4 accumulators stays in registers. Of 16 registers it takes 6 × 2.
    ///
    /// AVX-512 and NEON have 32 registers; the Vector API does not tell, but only AVX-512 prefers 512 bits.
    public static final boolean WIDE_TILES = Integer.getInteger("heed.vectorRegisters", preferredRegisters()) >= 32;

    /// Columns of a full panel: those of the widest tile.
    public static final int PANEL = (WIDE_TILES ? 4 : 2) * WIDTH;

    /// Keys of a block, whose scores a tile holds at once. Sums of a row are split there, at absolute multiples.
    ///
    /// With narrow tiles a panel of values for 256 keys is 16 KiB and stays in the first-level cache. Wide ones
    /// stream it from the second level and gain more from touching the output half as often.
    public static final int BLOCK_KEYS = WIDE_TILES ? 512 : 256;

    private Lanes() {}

    private static VectorShape shape() {
        int preferred = VectorShape.preferredShape().vectorBitSize();
        return VectorShape.forBitSize(Integer.getInteger("heed.vectorBits", Math.max(NARROWEST, preferred)));
    }

    private static int preferredRegisters() {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        return arm || VectorShape.preferredShape() == VectorShape.S_512_BIT ? 32 : 16;
    }

    /// `n` rounded up to a multiple of `unit`.
    public static int roundUp(int n, int unit) {
        return (n + unit - 1) / unit * unit;
    }
}
