package heed.bench;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDTH;

import heed.kernels.tile.RegisterTile;
import heed.kernels.tile.Specialised;
import heed.kernels.tile.Tile6x1;
import heed.kernels.tile.Tile6x2;
import heed.kernels.tile.Tile6x2F64;
import heed.kernels.tile.Tile6x4;
import heed.kernels.tile.TileConstants;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Register tiles alone, the same operands again and again: what all loops around them can reach at most.
///
/// Of B, `depth · PANEL · 4` bytes pass by: 16, 32 and 128 KiB at 512 bits, so the deepest come from the
/// second-level cache.
///
/// One that falls far below the others has been boxed or has spilled; `-prof gc` tells which.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1) // compiled within the first second
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = Forked.VECTOR)
@SuppressWarnings("NullAway.Init") // JMH calls setup before anything else
public class MicrokernelBenchmark {
    /// Multiply-adds of each accumulator: headDim in `Q · Kᵀ`, keys of a block in `P · V`.
    @Param({"64", "128", "512"})
    public int depth;

    /// Those of the widest tile.
    static final int COLUMNS = 4 * WIDTH;

    private float[] a;
    private float[] b;
    private float[] c;
    private double[] a64;
    private double[] b64;
    private double[] c64;
    private final RegisterTile wide = new Tile6x4();
    private final RegisterTile narrow = new Tile6x2();
    private final RegisterTile single = new Tile6x1();
    private RegisterTile specialised;

    /// Makes operands.
    @Setup
    public void setup() {
        a = Noise.array(ROWS * depth);
        b = Noise.array(depth * COLUMNS);
        c = new float[ROWS * COLUMNS];
        specialised = new Specialised().tile(new TileConstants(depth, depth, COLUMNS));
        a64 = new double[ROWS * depth];
        b64 = new double[depth * Tile6x2F64.COLUMNS];
        c64 = new double[ROWS * Tile6x2F64.COLUMNS];
        java.util.Arrays.setAll(a64, n -> a[n]);
        java.util.Arrays.setAll(b64, n -> b[n]);
    }

    /// For 32 registers.
    @Benchmark
    public float[] tile6x4(Flops counter) {
        wide.multiply(a, 0, depth, b, 0, depth, c, 0, COLUMNS);
        counter.flops += flops(4 * WIDTH);
        return c;
    }

    /// For 16 registers.
    @Benchmark
    public float[] tile6x2(Flops counter) {
        narrow.multiply(a, 0, depth, b, 0, depth, c, 0, COLUMNS);
        counter.flops += flops(2 * WIDTH);
        return c;
    }

    /// The tile of this machine with depth and strides as constants.
    @Benchmark
    public float[] specialised(Flops counter) {
        specialised.multiply(a, 0, depth, b, 0, depth, c, 0, COLUMNS);
        counter.flops += flops(PANEL);
        return c;
    }

    /// For what is left.
    @Benchmark
    public float[] tile6x1(Flops counter) {
        single.multiply(a, 0, depth, b, 0, depth, c, 0, COLUMNS);
        counter.flops += flops(WIDTH);
        return c;
    }

    /// In double: its ceiling is half that of f32.
    @Benchmark
    public double[] tile6x2F64(Flops counter) {
        Tile6x2F64.multiply(a64, 0, depth, b64, 0, depth, c64, 0);
        counter.flops += flops(Tile6x2F64.COLUMNS);
        return c64;
    }

    private long flops(int columns) {
        return 2L * ROWS * columns * depth;
    }

    /// Row `i`, column `j` of a tile of `columns`, as plain loops have it.
    double expected(int i, int j, int columns) {
        double sum = 0;
        for (int l = 0; l < depth; l++) {
            sum += (double) a[i * depth + l] * b[l * columns + j];
        }
        return sum;
    }

    /// The same in double.
    double expectedF64(int i, int j) {
        double sum = 0;
        for (int l = 0; l < depth; l++) {
            sum += a64[i * depth + l] * b64[l * Tile6x2F64.COLUMNS + j];
        }
        return sum;
    }
}
