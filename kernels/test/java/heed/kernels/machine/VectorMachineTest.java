package heed.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.PlanOptions;
import heed.kernels.VectorBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VectorMachineTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "heed.vectorBits | -3 | heed.vectorBits must be 128, 256 or 512: heed.vectorBits=-3",
                "heed.vectorBits | 17 | heed.vectorBits must be 128, 256 or 512: heed.vectorBits=17",
                "heed.vectorBits | abc | heed.vectorBits must be 128, 256 or 512: heed.vectorBits=abc",
                "heed.vectorRegisters | -3 | heed.vectorRegisters must be 16 or 32: heed.vectorRegisters=-3",
                "heed.vectorRegisters | 17 | heed.vectorRegisters must be 16 or 32: heed.vectorRegisters=17",
                "heed.vectorRegisters | abc | heed.vectorRegisters must be 16 or 32: heed.vectorRegisters=abc"
            })
    void wrongPropertiesAreRefused(String name, String value, String message) {
        assertEquals(Optional.of(message), VectorMachine.wrongProperty(Map.of(name, value)::get));
    }

    /// A JVM of its own that has no C2: it says so in its row, and warns once, with its first plan.
    @Test
    void aJvmWithoutC2() throws Exception {
        String output = childJvm("-XX:TieredStopAtLevel=1");
        assertTrue(output.contains("the C2 compiler is switched off"), output);
        assertEquals(2, output.split("vector is slow here: ", -1).length, output);
    }

    /// What the properties are wrong about is said by the backend, not thrown by its classes.
    @Test
    void aJvmWithAWrongProperty() throws Exception {
        String output = childJvm("-Dheed.vectorRegisters=17");
        assertTrue(output.contains("Unavailable[reason=heed.vectorRegisters must be 16 or 32"), output);
    }

    private static String childJvm(String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /// What the child JVM runs: the row, and two plans if there can be any.
    static final class Child {
        public static void main(String[] arguments) {
            var backend = new VectorBackend();
            AttentionSpec spec = AttentionSpec.builder(1, 8).build();
            System.out.println(backend.availability());
            if (backend.availability() instanceof Availability.Available) {
                for (int n = 0; n < 2; n++) {
                    backend.plan(spec, new AttentionSizes(1, 1, 1), PlanOptions.DEFAULT)
                            .close();
                }
            }
        }
    }
}
