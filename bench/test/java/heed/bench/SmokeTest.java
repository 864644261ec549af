package heed.bench;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.attention.UnsupportedSpecException;
import heed.cli.bench.Ceiling;
import heed.conformance.BackendContract;
import heed.kernels.tile.Tile6x2F64;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/// Every benchmark method, called once at a tiny size: what is measured is right.
final class SmokeTest {
    /// Unit roundoff of f32.
    private static final double U = 0x1p-24;

    /// Attention's operands are at most 2√3; 16 bits or fewer may round that up by a hundredth.
    private static final double MOST = 3.5;

    private static final String[] TYPES = {"f32", "f64", "f16", "bf16", "int8", "int4"};

    private static final Map<String, Executable> CHECKS = Map.ofEntries(
            Map.entry("CeilingBenchmark.measure", SmokeTest::ceiling),
            Map.entry("DecodeBenchmark.step", SmokeTest::decodes),
            Map.entry("DispatchBenchmark.loop", () -> dispatch(DispatchBenchmark::loop, 1)),
            Map.entry("DispatchBenchmark.phases", () -> dispatch(DispatchBenchmark::phases, 2)),
            Map.entry("GemmBenchmark.product", SmokeTest::products),
            Map.entry("HandOverBenchmark.loop", SmokeTest::handOver),
            Map.entry("MicrokernelBenchmark.specialised", () -> tile(MicrokernelBenchmark::specialised, PANEL)),
            Map.entry("MicrokernelBenchmark.tile6x1", () -> tile(MicrokernelBenchmark::tile6x1, WIDTH)),
            Map.entry("MicrokernelBenchmark.tile6x2", () -> tile(MicrokernelBenchmark::tile6x2, 2 * WIDTH)),
            Map.entry("MicrokernelBenchmark.tile6x2F64", SmokeTest::tileF64),
            Map.entry("MicrokernelBenchmark.tile6x4", () -> tile(MicrokernelBenchmark::tile6x4, 4 * WIDTH)),
            Map.entry("PrefillBenchmark.forward", SmokeTest::prefills),
            Map.entry("SoftmaxBenchmark.update", SmokeTest::softmax));

    @TestFactory
    Stream<DynamicTest> isRight() {
        return CHECKS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(check -> dynamicTest(check.getKey(), check.getValue()));
    }

    @Test
    void everyBenchmarkIsChecked() {
        assertEquals(Benchmarks.methods(), new java.util.TreeSet<>(CHECKS.keySet()));
    }

    private static void prefills() {
        for (String type : TYPES) {
            againstReference(contender -> prefill(contender, type), attentionBound(32, 7), !type.equals("f32"));
        }
    }

    private static double[] prefill(Contender contender, String type) {
        var benchmark = new PrefillBenchmark();
        benchmark.contender = contender;
        benchmark.seqLen = 7;
        benchmark.headDim = 32;
        benchmark.causal = true;
        benchmark.kvType = type;
        benchmark.queryHeads = 2;
        benchmark.kvHeads = 1;
        benchmark.threads = 2;
        benchmark.setup();
        Flops flops = new Flops();
        benchmark.forward(flops);
        double[] output = elements(benchmark.output());
        benchmark.close();
        assertEquals(2L * 2 * (32 + 32) * (7 * 8 / 2), flops.flops);
        return output;
    }

    private static void decodes() {
        for (String type : TYPES) {
            for (int batch : new int[] {1, 2}) {
                for (String layout : new String[] {"rows", "panels"}) {
                    boolean optional = !type.equals("f32");
                    againstReference(
                            contender -> decode(contender, type, layout, batch), attentionBound(32, 64), optional);
                }
            }
        }
    }

    private static double[] decode(Contender contender, String type, String layout, int batch) {
        var benchmark = new DecodeBenchmark();
        benchmark.contender = contender;
        benchmark.kvLen = 64; // whole panels
        benchmark.queryHeads = 4;
        benchmark.kvHeads = 2;
        benchmark.headDim = 32;
        benchmark.kvType = type;
        benchmark.keyLayout = layout;
        benchmark.batch = batch;
        benchmark.threads = 2;
        benchmark.cachesMib = 0;
        benchmark.setup();
        Flops flops = new Flops();
        Bytes bytes = new Bytes();
        benchmark.step(bytes, flops);
        double[] output = elements(benchmark.output());
        benchmark.close();
        assertEquals(2L * 4 * (32 + 32) * 64 * batch, flops.flops);
        assertEquals(rowBytes(type) * 2 * 2 * 64 * batch, bytes.bytes);
        return output;
    }

    /// 32 elements, with their scales.
    private static long rowBytes(String type) {
        return switch (type) {
            case "f64" -> 8 * 32;
            case "f32" -> 4 * 32;
            case "f16", "bf16" -> 2 * 32;
            case "int8" -> 32 + 4;
            default -> 32 / 2 + 4;
        };
    }

    /// Both results may err: by the rounding of scores, which weights take over, and of the sum.
    ///
    /// Operands are at most [#MOST], so a score is at most `MOST² · headDim / √headDim`. A weight errs by
    /// `2 · (d + 4) · u · MOST² · √d` from the scores, by `4 · u` from the exponential, and by
    /// `(n + 4) · u` from sum and quotient.
    private static double attentionBound(int headDim, int kvLen) {
        double weight = 2 * (headDim + 4) * U * MOST * MOST * Math.sqrt(headDim) + (kvLen + 8) * U;
        return 2 * MOST * weight;
    }

    private static void products() {
        int k = 5;
        for (ElementType type : new ElementType[] {ElementType.F32, ElementType.F64}) {
            double unit = type == ElementType.F64 ? 0x1p-53 : U;
            againstReference(
                    contender -> product(contender, type, k), 2 * (k + 1) * unit * k, false); // |a · b| below k
        }
    }

    private static double[] product(Contender contender, ElementType type, int k) {
        var benchmark = new GemmBenchmark();
        benchmark.contender = contender;
        benchmark.type = type;
        benchmark.m = 7;
        benchmark.k = k;
        benchmark.n = 3;
        benchmark.threads = 2;
        benchmark.setup();
        Flops flops = new Flops();
        benchmark.product(flops);
        double[] output = elements(benchmark.output());
        benchmark.close();
        assertEquals(2L * 7 * k * 3, flops.flops);
        return output;
    }

    /// @param optional whether a contender may refuse what is asked, saying so
    private static void againstReference(Function<Contender, double[]> result, double bound, boolean optional) {
        double[] expected = result.apply(Contender.reference);
        assertTrue(Arrays.stream(expected).anyMatch(x -> x != 0), "the reference computed nothing");
        for (Contender contender : Contender.values()) {
            BackendContract contract = contender::attention;
            contract.available();
            try {
                assertArrayEquals(expected, result.apply(contender), bound, contender.name());
            } catch (UnsupportedSpecException refused) {
                assertTrue(optional, refused::toString);
            }
        }
    }

    private interface Tile {
        float[] run(MicrokernelBenchmark benchmark, Flops counter);
    }

    private static void tile(Tile tile, int columns) {
        var benchmark = microkernels();
        Flops flops = new Flops();
        float[] c = tile.run(benchmark, flops);
        assertEquals(2L * ROWS * columns * benchmark.depth, flops.flops);
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < columns; j++) {
                double bound = benchmark.depth * U * benchmark.depth; // |a · b| below depth
                assertEquals(
                        benchmark.expected(i, j, columns),
                        c[i * MicrokernelBenchmark.COLUMNS + j],
                        bound,
                        i + ", " + j);
            }
        }
    }

    private static void tileF64() {
        var benchmark = microkernels();
        Flops flops = new Flops();
        double[] c = benchmark.tile6x2F64(flops);
        int columns = Tile6x2F64.COLUMNS;
        assertEquals(2L * ROWS * columns * benchmark.depth, flops.flops);
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < columns; j++) {
                double bound = 2 * benchmark.depth * 0x1p-53 * benchmark.depth;
                assertEquals(benchmark.expectedF64(i, j), c[i * columns + j], bound, i + ", " + j);
            }
        }
    }

    private static MicrokernelBenchmark microkernels() {
        var benchmark = new MicrokernelBenchmark();
        benchmark.depth = 5;
        benchmark.setup();
        return benchmark;
    }

    private static void softmax() {
        for (boolean first : new boolean[] {false, true}) {
            var benchmark = new SoftmaxBenchmark();
            benchmark.keys = PANEL;
            benchmark.first = first;
            benchmark.setup();
            var scores = new SoftmaxBenchmark.Scores();
            float[] weights = benchmark.update(scores);
            double[] expected = benchmark.expected();
            assertEquals(PANEL, scores.scores);
            for (int j = 0; j < PANEL; j++) {
                // the exponential's own error and that of its argument, at most 2 in magnitude
                assertEquals(expected[j], weights[j], (4 + 2) * U * expected[j], "key " + j);
            }
            double sum = expected[PANEL];
            assertEquals(sum, benchmark.sum(), (4 + 2 + PANEL) * U * sum, "sum");
        }
    }

    private static void dispatch(Function<DispatchBenchmark, long[]> method, long times) {
        var benchmark = new DispatchBenchmark();
        benchmark.tasks = 5;
        benchmark.threads = 2;
        benchmark.setup();
        assertArrayEquals(new long[] {times, times, times, times, times}, method.apply(benchmark));
    }

    private static void handOver() {
        var benchmark = new HandOverBenchmark();
        benchmark.setup();
        benchmark.gap();
        assertEquals(2, benchmark.loop());
    }

    private static void ceiling() {
        var benchmark = new CeilingBenchmark();
        benchmark.threads = 1;
        benchmark.windows = 1;
        benchmark.setup();
        Flops flops = new Flops();
        Bytes bytes = new Bytes();
        Ceiling ceiling = benchmark.measure(flops, bytes);
        benchmark.close();
        assertTrue(ceiling.fmaGflops() > 0.1 && ceiling.readGbps() > 0.1, ceiling::toString);
        double ratio = ceiling.fmaGflops() / ceiling.readGbps();
        assertEquals(ratio, (double) flops.flops / bytes.bytes, 1e-6 * ratio); // both are rounded to whole operations
    }

    private static double[] elements(Tensor tensor) {
        ElementType type = tensor.type();
        int count = Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
        double[] elements = new double[count];
        Arrays.setAll(elements, n -> type.read(tensor.segment(), (long) n * type.bytes()));
        return elements;
    }
}
