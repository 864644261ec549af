package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import heed.attention.Attention;
import heed.attention.Availability;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Libraries that must be here by version, from `HEED_REQUIRE=openblas@0.3.21,blis`.
class RequiredLibrariesTest {
    @TestFactory
    Stream<DynamicTest> requiredLibrariesCanRun() {
        return Arrays.stream(Optional.ofNullable(System.getenv("HEED_REQUIRE"))
                        .orElse("openblas")
                        .split(","))
                .map(String::strip)
                .filter(name -> name.matches("(openblas|blis|mkl|blas)(@.*)?"))
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> assertThat(Attention.load().backend(name).availability())
                                .isInstanceOf(Availability.Available.class)));
    }
}
