package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The roof, computed by hand: 100 GFLOP/s and 10 GB/s, 4 query heads for each kv head, so 8 FLOPs a stored element.
final class RoofTest {
    private static final Ceiling CEILING = new Ceiling(1, 100, 10);

    @ParameterizedTest
    @CsvSource({
        // FLOPs of an element over the longer of reading it, bytes / 10 ns, and widening it, 2 · instructions / 100 ns
        "f32, 20, read", // 0.4 ns
        "f64, 10, read", // 0.8 ns
        "bf16, 40, read", // 0.2 ns against 0.04 ns
        "f16, 40, read", // the same
        "int8, 77.575757575757, read", // 0.103125 ns with a scale for each 128
        "int4, 128, read", // 0.0625 ns with a scale for each 32, against 0.05 ns; the ceiling is lower still
    })
    void decodeIsBoundByTheSlowerOfReadingAndWidening(String type, double gflops, String limit) {
        Roof roof = Roof.of(BenchShape.parse("4/1,1/4096,128," + type), CEILING);
        assertEquals(gflops, roof.read(), 1e-9 * gflops);
        boolean fma = gflops > 100;
        assertEquals(fma ? "fma" : limit, roof.limit().toString());
        assertEquals(fma ? 100 : gflops, roof.gflops(), 1e-9 * gflops);
    }

    @Test
    void whereMemoryIsFastWideningIsTheLimit() {
        Roof roof = Roof.of(BenchShape.parse("1/1,1/4096,128,f16"), new Ceiling(1, 100, 1000));
        assertEquals(2 / 0.04, roof.gflops(), 1e-9); // two FLOPs an element, 4 of 100 a nanosecond
        assertEquals("conversion", roof.limit().toString());
    }

    @Test
    void prefillIsBoundByArithmeticAndDoubleHasHalfOfIt() {
        assertEquals(
                100, Roof.of(BenchShape.parse("8/8,2048/2048,128,f16"), CEILING).gflops());
        Roof f64 = Roof.of(BenchShape.parse("8/8,2048/2048,128,f64"), CEILING);
        assertEquals(50, f64.gflops());
        assertEquals("fma", f64.limit().toString());
    }
}
