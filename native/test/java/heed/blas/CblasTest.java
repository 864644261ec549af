package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CblasTest {
    @TempDir
    static Path cache;

    private static Cblas cblas;

    @BeforeAll
    static void open() {
        cblas = Libraries.open(Libraries.bundled(cache));
    }

    @Test
    void tellsWhatItIs() {
        assertThat(cblas.config().orElseThrow()).startsWith("OpenBLAS 0.3.");
        assertThat(cblas.coreName().orElseThrow()).isNotBlank();
        assertThat(cblas.library()).startsWith(cache.toAbsolutePath());
    }

    @Test
    void computesOnTheCallingThread() {
        assertThat(cblas.numThreads()).hasValue(1);
    }

    @Test
    void refusesNoThreads() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cblas.setNumThreads(0))
                .withMessage("numThreads must be positive: numThreads=0");
    }

    @Test
    void refusesClosedMemory() {
        Arena arena = Arena.ofConfined();
        MemorySegment one = arena.allocate(Float.BYTES, Float.BYTES);
        MemorySegment c = arena.allocate(Float.BYTES, Float.BYTES);
        arena.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> cblas.sgemm(
                        Order.ROW_MAJOR,
                        Transpose.NO_TRANS,
                        Transpose.NO_TRANS,
                        1,
                        1,
                        1,
                        1,
                        one,
                        0,
                        1,
                        one,
                        0,
                        1,
                        0,
                        c,
                        0,
                        1));
    }
}
