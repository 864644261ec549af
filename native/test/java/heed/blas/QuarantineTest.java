package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.BackendQuarantinedException;
import heed.attention.CallReport;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.SelfCheck;
import heed.attention.SelfCheckException;
import heed.attention.Support;
import heed.attention.Tensor;
import heed.kernels.fused.FusedPlan;
import heed.kernels.fused.FusedSupport;
import heed.kernels.work.Workers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A BLAS library that is wrong by a hundredth in one row of a hundred is out of use before 10⁶ rows, of which one in
/// 1000 is checked; the same library without the fault stays.
final class QuarantineTest {
    private static final int MOST_ROWS = 1_000_000;
    private static final AttentionSpec SPEC =
            AttentionSpec.builder(8, 64).kvHeads(2).build();
    private static final AttentionSizes SIZES = new AttentionSizes(1, 64, 192);
    private static final int ROWS = 8 * 64;
    private static final SelfCheck CHECK = SelfCheck.oneRowIn(1000);

    private final Workers workers = new Workers("heed-test", 0);

    @TempDir
    Path folder;

    /// The backend of `openblas` over a library of the test's own.
    private record Blas(LeasedLibrary.Lease library, Workers workers) implements AttentionBackend {
        @Override
        public String name() {
            return "wrongblas";
        }

        @Override
        public int rank() {
            return 1000;
        }

        @Override
        public Availability availability() {
            return new Availability.Available("test", "1", Optional.empty(), OptionalInt.empty(), 1);
        }

        @Override
        public Support support(AttentionSpec spec) {
            return FusedSupport.of(spec, ElementType.F32);
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            return new FusedPlan(name(), spec, sizes, options, workers, new BlasFactory(library.again()));
        }
    }

    private Attention session(int wrongPercent) throws Exception {
        return Attention.of(List.of(
                        new Blas(CompiledCblas.open(folder, wrongPercent), workers),
                        Attention.load().backend("reference")))
                .selfCheck(CHECK);
    }

    private static Tensor noise(Random random, int... shape) {
        float[] elements =
                new float[List.of(0, 1, 2, 3).stream().mapToInt(n -> shape[n]).reduce(1, Math::multiplyExact)];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) random.nextGaussian();
        }
        return Tensor.of(elements, shape);
    }

    private static AttentionArguments arguments(Random random) {
        return new AttentionArguments()
                .query(noise(random, 1, 8, 64, 64))
                .key(noise(random, 1, 2, 192, 64))
                .value(noise(random, 1, 2, 192, 64))
                .output(noise(random, 1, 8, 64, 64));
    }

    @Test
    void aLibraryThatIsWrongInOneRowOfAHundredIsQuarantined() throws Exception {
        Attention attention = session(1);
        AttentionArguments arguments = arguments(new Random(1));
        long rows = 0;
        Optional<SelfCheckException> found = Optional.empty();
        AttentionPlan plan = attention.plan(SPEC, SIZES);
        assertThat(plan.backend()).isEqualTo("wrongblas");
        while (found.isEmpty() && rows < MOST_ROWS) {
            rows += ROWS;
            found = Optional.ofNullable(catchThrowableOfType(SelfCheckException.class, () -> plan.run(arguments)));
        }
        System.out.printf("quarantined after %,d rows, one in %d checked%n", rows, CHECK.rows());
        assertThat(found).as("after %d rows", rows).isPresent();
        assertThat(attention.quarantined()).containsOnlyKeys("wrongblas");
        assertThat(catchThrowable(() -> plan.run(arguments))).isInstanceOf(BackendQuarantinedException.class);
        plan.close();
        try (AttentionPlan next = attention.plan(SPEC, SIZES)) {
            assertThat(next.backend()).isEqualTo("reference");
            next.run(arguments);
        }
    }

    @Test
    void theSameLibraryWithoutTheFaultStays() throws Exception {
        Attention attention = session(0);
        AttentionArguments arguments = arguments(new Random(2));
        CallReport report = new CallReport();
        long checked = 0;
        try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
            for (long rows = 0; rows < MOST_ROWS / 10; rows += ROWS) {
                plan.run(arguments.report(report));
                checked += report.rowsChecked();
            }
        }
        assertThat(checked).isBetween(MOST_ROWS / 10_000L, MOST_ROWS / 10_000L + 1);
        assertThat(attention.quarantined()).isEmpty();
    }
}
