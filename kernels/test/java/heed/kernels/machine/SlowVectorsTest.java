package heed.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Availability.Caution;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class SlowVectorsTest {
    private static final String HOTSPOT = "OpenJDK 64-Bit Server VM";
    private static final String MIXED = "mixed mode, sharing";

    private static Function<String, Optional<String>> options(String... namesAndValues) {
        Map<String, String> options = namesAndValues.length == 0
                ? Map.of("TieredStopAtLevel", "4", "TieredCompilation", "true", "UseFMA", "true")
                : Map.of(namesAndValues[0], namesAndValues[1]);
        return name -> Optional.ofNullable(options.get(name));
    }

    @TestFactory
    Stream<DynamicTest> whatIsSlow() {
        return Stream.of(
                slow(
                        new SlowVectors("Eclipse OpenJ9 VM", "JRE 25", 256, options(), true),
                        "java.vm.name=Eclipse OpenJ9 VM"),
                slow(new SlowVectors("OpenJDK 64-Bit Client VM", MIXED, 256, options(), true), "only HotSpot's C2"),
                slow(new SlowVectors(HOTSPOT, "interpreted mode", 256, options(), true), "interprets"),
                slow(new SlowVectors(HOTSPOT, "mixed mode, emulated-client", 256, options(), true), "C2 compiler"),
                slow(with("TieredStopAtLevel", "3"), "TieredStopAtLevel=3"),
                slow(with("UseJVMCICompiler", "true"), "UseJVMCICompiler=true"),
                slow(with("EnableVectorSupport", "false"), "EnableVectorSupport=false"),
                slow(with("UseFMA", "false"), "UseFMA=false"),
                slow(new SlowVectors(HOTSPOT, MIXED, 256, _ -> Optional.empty(), false), "multiply-add"),
                slow(
                        new SlowVectors(HOTSPOT, MIXED, 64, options(), true),
                        "narrower than 128 bits: the widest has 64"));
    }

    private static SlowVectors with(String option, String value) {
        return new SlowVectors(HOTSPOT, MIXED, 256, options(option, value), true);
    }

    private static DynamicTest slow(SlowVectors vectors, String part) {
        return DynamicTest.dynamicTest(part, () -> {
            Caution caution = vectors.caution().orElseThrow();
            assertTrue(caution.reason().contains(part), caution::toString);
        });
    }

    @Test
    void whatIsNot() {
        assertEquals(Optional.empty(), new SlowVectors(HOTSPOT, MIXED, 128, options(), true).caution());
        assertEquals(
                Optional.empty(),
                new SlowVectors("Java HotSpot(TM) 64-Bit Server VM", MIXED, 512, _ -> Optional.empty(), true)
                        .caution());
    }
}
