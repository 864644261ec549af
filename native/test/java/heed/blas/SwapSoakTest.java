package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.Gemm;
import heed.attention.GemmPlan;
import heed.attention.Mask;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Backends are chosen and libraries exchanged under load: no call fails or is wrong, and what was opened is closed.
///
/// A few seconds of it run always; `-Dheed.soak=true` runs the whole: 10 000 choices, 200 exchanges.
@EnabledOnOs(OS.LINUX)
class SwapSoakTest {
    private static final boolean WHOLE = Boolean.getBoolean("heed.soak");
    private static final int USES = WHOLE ? 10_000 : 500;
    private static final int EXCHANGES = WHOLE ? 200 : 5;
    private static final int CALLERS = 4;
    private static final int LEN = 40;
    private static final int DIM = 16;
    private static final AttentionSpec SPEC =
            AttentionSpec.builder(2, DIM).mask(Mask.causal()).build();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double TOLERANCE = LEN * 0x1p-23;

    @TempDir
    Path directory;

    private final Attention attention = Attention.load();
    private final Gemm gemm = Gemm.load();
    private final Tensor query = noise(1);
    private final Tensor key = noise(2);
    private final float[] expected = new float[2 * LEN * DIM];
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger plans = new AtomicInteger();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger uses = new AtomicInteger();

    @Test
    void choicesAndExchangesUnderLoad() throws Exception {
        List<Path> files = List.of(LibraryCopies.make(directory, 1), LibraryCopies.make(directory, 2));
        Path cache = LibraryCache.ofUser().root();
        List<String> names = firstUses(files);
        long mapped = Mappings.of(cache);
        long open = Mappings.openFiles();
        int closed;
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS + 1)) {
            List<Future<?>> load = new ArrayList<>();
            for (int n = 0; n < CALLERS; n++) {
                SplittableRandom random = new SplittableRandom(n);
                load.add(threads.submit(() -> call(random)));
            }
            Future<?> chooser = threads.submit(() -> choose(names));
            try {
                closed = exchange(files);
                chooser.get();
            } finally {
                done.set(true);
            }
            for (Future<?> caller : load) {
                caller.get();
            }
        }
        long mappedAfter = Mappings.of(cache);
        System.out.printf(
                "%,d uses of %s, %,d libraries opened and closed, %,d plans and %,d runs by %d threads; "
                        + "mappings of libraries: %d before, %d after; open files: %d before, %d after%n",
                uses.get(),
                names,
                closed,
                plans.get(),
                runs.get(),
                CALLERS,
                mapped,
                mappedAfter,
                open,
                Mappings.openFiles());
        assertThat(closed).isEqualTo(EXCHANGES);
        assertThat(mappedAfter).isEqualTo(mapped);
    }

    /// Opens what stays open, and computes what is expected. The names of the backends to choose from.
    private List<String> firstUses(List<Path> files) {
        replace(files.getFirst());
        replace(files.getLast());
        try (AttentionPlan plan = plan(PlanOptions.DEFAULT.withBackend("reference"))) {
            run(plan, expected);
        }
        List<String> names = attention.backends().stream()
                .filter(backend -> backend.availability() instanceof Availability.Available)
                .filter(backend -> backend.support(SPEC) instanceof Support.Supported)
                .map(AttentionBackend::name)
                .filter(name -> !name.equals("reference"))
                .toList();
        names.forEach(name -> plan(PlanOptions.DEFAULT.withBackend(name)).close());
        return names;
    }

    private void replace(Path file) {
        attention.replace("openblas", file);
        gemm.replace("openblas", file);
    }

    private void choose(List<String> names) {
        for (int n = 0; n < USES; n++) {
            attention.use(names.get(n % names.size()));
            uses.incrementAndGet();
            LockSupport.parkNanos(100_000);
        }
    }

    /// How many libraries were seen to be closed: each once the plans on it are.
    private int exchange(List<Path> files) throws Exception {
        int closed = 0;
        for (int n = 0; n < EXCHANGES; n++) {
            Path before =
                    LibraryExam.ofProcess().replacement(files.get((n + 1) % 2)).copy();
            replace(files.get(n % 2));
            Instant end = Instant.now().plus(PATIENCE);
            while (Mappings.of(before) > 0) {
                assertThat(Instant.now())
                        .as("a library is still open after its plans")
                        .isBefore(end);
                Thread.sleep(1);
            }
            closed++;
        }
        return closed;
    }

    private void call(SplittableRandom random) {
        while (!done.get()) {
            PlanOptions options = PlanOptions.DEFAULT.withThreads(random.nextInt(1, 3));
            if (random.nextInt(3) == 0) {
                multiply(options, random.nextInt(1, 20));
            } else {
                // By the session's choice, or by a name that libraries come and go under.
                attend(random.nextBoolean() ? options : options.withBackend("openblas"), random.nextInt(1, 20));
            }
        }
    }

    private void attend(PlanOptions options, int times) {
        float[] output = new float[expected.length];
        try (AttentionPlan plan = plan(options)) {
            for (int n = 0; n < times; n++) {
                Arrays.fill(output, Float.NaN);
                run(plan, output);
                for (int i = 0; i < output.length; i++) {
                    if (!(Math.abs(output[i] - expected[i]) <= TOLERANCE)) {
                        throw new AssertionError(
                                plan.backend() + ": element " + i + " is " + output[i] + ", not " + expected[i]);
                    }
                }
            }
        }
    }

    /// A row of ones by ones: sums of whole numbers, exact in any order.
    private void multiply(PlanOptions options, int times) {
        float[] ones = new float[DIM * DIM];
        Arrays.fill(ones, 1);
        Tensor b = Tensor.of(ones, DIM, DIM);
        Tensor c = Tensor.of(new float[DIM * DIM], DIM, DIM);
        try (GemmPlan plan = gemm.backend("openblas").plan(b, DIM, options)) {
            for (int n = 0; n < times; n++) {
                plan.run(b, c);
                runs.incrementAndGet();
                if (c.get(DIM - 1, DIM - 1) != DIM) {
                    throw new AssertionError("a product is " + c.get(DIM - 1, DIM - 1) + ", not " + DIM);
                }
            }
        }
        plans.incrementAndGet();
    }

    private AttentionPlan plan(PlanOptions options) {
        plans.incrementAndGet();
        return attention.plan(SPEC, new AttentionSizes(1, LEN, LEN), options);
    }

    private void run(AttentionPlan plan, float[] output) {
        runs.incrementAndGet();
        plan.run(new AttentionArguments().query(query).key(key).value(key).output(Tensor.of(output, 1, 2, LEN, DIM)));
    }

    private static Tensor noise(int seed) {
        float[] elements = new float[2 * LEN * DIM];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) Math.sin(seed + 12.9898 * n);
        }
        return Tensor.of(elements, 1, 2, LEN, DIM);
    }
}
