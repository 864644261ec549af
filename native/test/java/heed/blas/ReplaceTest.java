package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.BackendUnavailableException;
import heed.attention.Gemm;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A library is closed when its last plan is, and not before.
@EnabledOnOs(OS.LINUX)
class ReplaceTest {
    private static final AttentionSpec SPEC = AttentionSpec.builder(1, 1).build();
    private static final AttentionSizes SIZES = new AttentionSizes(1, 1, 2);

    @TempDir
    Path directory;

    private BlasLibrary.Located first;
    private Path second;

    /// Files of this test alone: a library that another test left open would be open here.
    @BeforeEach
    void twoLibraries() throws Exception {
        Path file = CLibrary.compile(directory.resolve("libfirst.so"));
        Files.writeString(file, directory.toString(), StandardOpenOption.APPEND);
        first = LibraryExam.ofProcess().replacement(file);
        second = CLibrary.compile(directory.resolve("libsecond.so"));
        Files.writeString(second, "second" + directory, StandardOpenOption.APPEND);
    }

    private boolean isOpen() throws IOException {
        return Mappings.of(first.copy()) > 0;
    }

    private static float run(AttentionPlan plan) {
        float[] output = new float[1];
        plan.run(new AttentionArguments()
                .query(Tensor.of(new float[] {1}, 1, 1, 1, 1))
                .key(Tensor.of(new float[] {0, 0}, 1, 1, 2, 1))
                .value(Tensor.of(new float[] {2, 4}, 1, 1, 2, 1))
                .output(Tensor.of(output, 1, 1, 1, 1)));
        return output[0];
    }

    @Test
    void aLibraryThatNobodyUsesIsNotOpen() throws IOException {
        new BlasBackend(first).availability();
        assertThat(isOpen()).isFalse();
    }

    @Test
    void openPlansFinishOnTheOldLibrary() throws IOException {
        Attention attention = Attention.of(List.of(new BlasBackend(first)));
        AttentionPlan early = attention.plan(SPEC, SIZES);
        AttentionPlan late = attention.plan(SPEC, SIZES, PlanOptions.DEFAULT.withMaxConcurrentRuns(3));
        attention.replace("blas", second);
        assertThat(run(early)).isEqualTo(3);
        early.close();
        early.close();
        assertThat(run(late)).isEqualTo(3);
        assertThat(isOpen()).isTrue();
        late.close();
        assertThat(isOpen()).isFalse();
    }

    @Test
    void withoutPlansTheOldLibraryIsClosedAtOnce() throws IOException {
        Attention attention = Attention.of(List.of(new BlasBackend(first)));
        attention.plan(SPEC, SIZES).close();
        assertThat(isOpen()).isTrue();
        attention.replace("blas", second);
        assertThat(isOpen()).isFalse();
    }

    @Test
    void whoHoldsTheOldBackendGetsThePlansOfTheNewOne() throws IOException {
        Attention attention = Attention.of(List.of(new BlasBackend(first)));
        AttentionBackend held = attention.backend("blas");
        attention.replace("blas", second);
        try (AttentionPlan plan = held.plan(SPEC, SIZES, PlanOptions.DEFAULT)) {
            assertThat(run(plan)).isEqualTo(3);
            assertThat(isOpen()).isFalse();
        }
    }

    @Test
    void productsHaveLeasesToo() throws IOException {
        Gemm gemm = Gemm.of(List.of(new BlasGemm(first)));
        GemmBackend held = gemm.backend("blas");
        Tensor two = Tensor.of(new float[] {2}, 1, 1);
        Tensor c = Tensor.of(new float[1], 1, 1);
        GemmPlan plan = held.plan(two, 1, PlanOptions.DEFAULT);
        gemm.replace("blas", second);
        plan.run(two, c);
        assertThat(c.get(0, 0)).isEqualTo(4);
        assertThat(isOpen()).isTrue();
        plan.close();
        assertThat(isOpen()).isFalse();
        try (GemmPlan next = held.plan(two, 1, PlanOptions.DEFAULT)) {
            next.run(1, two, 1, c);
            assertThat(c.get(0, 0)).isEqualTo(8);
        }
    }

    @Test
    void aRefusedLibraryLeavesTheOldOneInUse() throws IOException {
        Attention attention = Attention.of(List.of(new BlasBackend(first)));
        Path text = Files.writeString(directory.resolve("notes.txt"), "not a library\n");
        assertThatExceptionOfType(BackendUnavailableException.class)
                .isThrownBy(() -> attention.replace("blas", text))
                .withMessageStartingWith(first.name())
                .withMessageContaining("keeps its library: blas@notes.txt is unavailable: "
                        + "a library that replaces another must open (")
                .withMessageContaining("): library=" + text + "; replace it by another file");
        try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
            assertThat(run(plan)).isEqualTo(3);
            assertThat(isOpen()).isTrue();
        }
    }

    /// Two sessions share no backend, and the system counts their openings.
    @Test
    void anotherSessionKeepsItsLibrary() throws IOException {
        Attention other = Attention.of(List.of(new BlasBackend(first)));
        Attention attention = Attention.of(List.of(new BlasBackend(first)));
        try (AttentionPlan plan = other.plan(SPEC, SIZES)) {
            attention.plan(SPEC, SIZES).close();
            attention.replace("blas", second);
            assertThat(isOpen()).isTrue();
            assertThat(run(plan)).isEqualTo(3);
        }
    }
}
