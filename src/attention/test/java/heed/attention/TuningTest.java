package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heed.attention.reference.ReferenceBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Backends of known costs: the cheapest that computes right is taken, and it is measured once.
final class TuningTest {
    private static final AttentionSpec SPEC = AttentionSpec.builder(2, 8).build();
    private static final AttentionSizes SIZES = new AttentionSizes(1, 4, 16);
    private static final PlanOptions ONE = PlanOptions.DEFAULT.withThreads(1);

    private final List<TuningTable> kept = new ArrayList<>();
    private final Tuning tuning = Tuning.measuring(TuningTable.EMPTY, kept::add);

    @BeforeEach
    void nothingIsChosenFromOutside() {
        assumeTrue(System.getenv("HEED_BACKEND") == null, "HEED_BACKEND chooses a backend");
        assumeTrue(System.getProperty("heed.backend") == null, "heed.backend chooses a backend");
    }

    private Attention session(AttentionBackend... backends) {
        List<AttentionBackend> all = new ArrayList<>(List.of(backends));
        all.add(new ReferenceBackend());
        return Attention.of(all).tuned(tuning);
    }

    private static String planned(Attention attention, AttentionSpec spec) {
        try (AttentionPlan plan = attention.plan(spec, SIZES, ONE)) {
            return plan.backend();
        }
    }

    private static TuningTable table(String backend, long nanos, String other, long otherNanos) {
        return TuningTable.EMPTY.with(
                ShapeBucket.of(SPEC, SIZES, ONE),
                List.of(
                        new MeasuredCost.Took(backend, "Clock 1", nanos),
                        new MeasuredCost.Took(other, "Clock 1", otherNanos)));
    }

    @Test
    void theFastestWhateverItsRank() {
        Attention attention = session(Paced.of("proud", 9, 900), Paced.of("quick", 1, 200));
        assertEquals("quick", planned(attention, SPEC));
        String why = attention.explain(SPEC, SIZES, ONE).toString();
        assertTrue(
                why.matches("(?s)quick: measured: quick [0-9.]+ .s, proud [0-9.]+ .s\n"
                        + "  proud: slower, [0-9.]+ .s\n  quick: chosen\n  reference: lower rank"),
                why);
        assertEquals(kept, List.of(tuning.table()));
    }

    /// The costs of three backends cross over between the shapes, so none is best everywhere. The best is five
    /// times as fast as the next, so that a busy machine does not turn them round.
    @Test
    void neverSlowerThanTheBestByFivePercent() {
        List<Paced> backends = List.of(
                new Paced("flat", 9, "1", _ -> 2_000_000, 0, new AtomicInteger()),
                new Paced("linear", 8, "1", sizes -> 80_000L * sizes.kvLen(), 0, new AtomicInteger()),
                new Paced("rows", 7, "1", sizes -> 400_000L * sizes.queryLen(), 0, new AtomicInteger()));
        Attention attention = session(backends.toArray(AttentionBackend[]::new));
        for (AttentionSizes sizes : List.of(
                new AttentionSizes(1, 1, 128),
                new AttentionSizes(1, 32, 4),
                new AttentionSizes(1, 32, 128),
                new AttentionSizes(1, 1, 1))) {
            long best = backends.stream()
                    .mapToLong(backend -> backend.nanos().applyAsLong(sizes))
                    .min()
                    .orElseThrow();
            try (AttentionPlan plan = attention.plan(SPEC, sizes, ONE)) {
                Paced chosen = backends.stream()
                        .filter(backend -> backend.name().equals(plan.backend()))
                        .findFirst()
                        .orElseThrow();
                assertTrue(chosen.nanos().applyAsLong(sizes) <= 1.05 * best, sizes + ": " + chosen.name());
            }
        }
    }

    @Test
    void oneThatIsWrongIsNoCandidate() {
        Attention attention =
                session(Paced.of("proud", 9, 400), Paced.of("wrong", 8, 100).wrongBy(0.001f));
        assertEquals("proud", planned(attention, SPEC));
        String why = attention.explain(SPEC, SIZES, ONE).toString();
        assertTrue(
                why.contains("wrong: failed when it was measured, it was off by 0.0010 where ")
                        && why.endsWith("reference: lower rank"),
                why);
    }

    @Test
    void ifAllAreWrongTheReferenceDoesIt() {
        Attention attention = session(
                Paced.of("wrong", 9, 100).wrongBy(0.001f),
                Paced.of("worse", 8, 100).wrongBy(Float.NaN));
        assertEquals("reference", planned(attention, SPEC));
    }

    @Test
    void oneThatThrowsIsNoCandidate() {
        AttentionBackend broken = new Paced(
                "broken",
                9,
                "1",
                _ -> {
                    throw new IllegalStateException("no device");
                },
                0,
                new AtomicInteger());
        Attention attention = session(broken, Paced.of("slow", 3, 300));
        assertEquals("slow", planned(attention, SPEC));
        String why = attention.explain(SPEC, SIZES, ONE).toString();
        assertTrue(
                why.contains("broken: failed when it was measured, java.lang.IllegalStateException: no device"), why);
    }

    @Test
    void oneThatDoesNotLinkIsNoCandidate() {
        AttentionBackend broken = new Paced(
                "broken",
                9,
                "1",
                _ -> {
                    throw new UnsatisfiedLinkError("no symbol");
                },
                0,
                new AtomicInteger());
        Attention attention = session(broken, Paced.of("slow", 3, 300));
        assertEquals("slow", planned(attention, SPEC));
        String why = attention.explain(SPEC, SIZES, ONE).toString();
        assertTrue(why.contains("broken: failed when it was measured, java.lang.UnsatisfiedLinkError: no symbol"), why);
    }

    @Test
    void oneThatRoundsWeightsIsTakenOnlyByName() {
        Attention attention = session(new Rounding(Paced.of("rough", 8, 10)), Paced.of("proud", 9, 1500));
        assertEquals("proud", planned(attention, SPEC));
        assertEquals(List.of(), kept);
        assertEquals("rough", planned(attention.use("rough"), SPEC));
    }

    private record Rounding(Paced paced) implements AttentionBackend {
        @Override
        public String name() {
            return paced.name();
        }

        @Override
        public int rank() {
            return paced.rank();
        }

        @Override
        public Availability availability() {
            return paced.availability();
        }

        @Override
        public Support support(AttentionSpec spec) {
            return paced.support(spec);
        }

        @Override
        public double weightRounding(AttentionSpec spec) {
            return 0x1p-8;
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            return paced.plan(spec, sizes, options);
        }
    }

    /// The tensors of a trial of such rows are more than there can be.
    @Test
    void whatCannotBeMeasuredIsNotTriedAgain() {
        AttentionSpec huge = AttentionSpec.builder(1, 1 << 20).build();
        AttentionSizes sizes = new AttentionSizes(1, 1, 1 << 15);
        ShapeBucket bucket = ShapeBucket.of(huge, sizes, ONE);
        TuningTable before =
                TuningTable.EMPTY.with(bucket, List.of(new MeasuredCost.Took("proud", "Clock of old", 10)));
        Tuning measuring = Tuning.measuring(before, kept::add);
        Attention attention = Attention.of(List.of(Paced.of("proud", 9, 1500), Paced.of("quick", 1, 100)))
                .tuned(measuring);
        assertEquals("proud", attention.measure(huge, sizes, ONE).chosen().orElseThrow());
        assertTrue(measuring.table().knows(bucket));
        assertEquals(List.of(), measuring.table().of(bucket));
    }

    @Test
    void measuredOnceHoweverManyAsk() throws Exception {
        Paced proud = Paced.of("proud", 9, 1500);
        Attention attention = session(proud, Paced.of("quick", 1, 100));
        Callable<String> ask = () -> planned(attention, SPEC);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (Future<String> answer : threads.invokeAll(java.util.Collections.nCopies(32, ask))) {
                assertEquals("quick", answer.get());
            }
        }
        assertEquals(1, kept.size());
        assertEquals(1, proud.plans().get());
    }

    @Test
    void whatIsKnownIsNotMeasured() {
        Paced proud = Paced.of("proud", 9, 0);
        Paced quick = Paced.of("quick", 1, 0);
        Attention attention = Attention.of(List.of(proud, quick)).tuned(Tuning.known(table("proud", 20, "quick", 10)));
        assertEquals("quick", planned(attention, SPEC));
        assertEquals("proud", planned(attention, SPEC.toBuilder().softcap(1).build()));
        assertEquals(1, proud.plans().get());
        assertEquals(1, quick.plans().get());
    }

    @Test
    void ofEqualsTheOneOfHigherRank() {
        Attention attention = Attention.of(List.of(Paced.of("a", 1, 0), Paced.of("b", 2, 0)))
                .tuned(Tuning.known(table("a", 10, "b", 10)));
        assertEquals("b", planned(attention, SPEC));
    }

    /// A cost is a library's: after a swap it says nothing, and the rest alone is no comparison.
    @Test
    void anotherLibraryIsMeasuredAnew() {
        Tuning known = Tuning.known(table("proud", 20_000, "quick", 10_000));
        List<AttentionBackend> swapped =
                List.of(Paced.of("proud", 9, 50), Paced.of("quick", 1, 400).withVersion("2"));
        assertEquals("proud", planned(Attention.of(swapped).tuned(known), SPEC));
        Tuning measuring = Tuning.measuring(known.table(), kept::add);
        assertEquals("proud", planned(Attention.of(swapped).tuned(measuring), SPEC));
        assertEquals(
                List.of("Clock 1", "Clock 2"),
                kept.getFirst().of(ShapeBucket.of(SPEC, SIZES, ONE)).stream()
                        .map(MeasuredCost::library)
                        .toList());
    }

    @Test
    void bitwiseForbidsIt() {
        AttentionSpec strict = SPEC.toBuilder().determinism(Determinism.BITWISE).build();
        Attention attention = session(Paced.of("proud", 9, 1500), Paced.of("quick", 1, 100));
        assertEquals("proud", planned(attention, strict));
        assertEquals(List.of(), kept);
        assertEquals(
                "highest rank of those that can; determinism=BITWISE forbids choice by measurement",
                attention.explain(strict, SIZES, ONE).why());
    }

    @Test
    void whatOnlyTheCallerKnowsIsNotMeasured() {
        Attention attention = session(Paced.of("proud", 9, 1500), Paced.of("quick", 1, 100));
        AttentionSpec masked = SPEC.toBuilder().mask(Mask.booleanTensor()).build();
        assertEquals("proud", planned(attention, masked));
        assertEquals(
                "highest rank of those that can; a mask of kind boolean cannot be measured beforehand",
                attention.explain(masked, SIZES, ONE).why());
    }

    @Test
    void aNameIsStronger() {
        Attention attention =
                session(Paced.of("proud", 9, 1500), Paced.of("quick", 1, 100)).use("proud");
        assertEquals("proud", planned(attention, SPEC));
        assertEquals(List.of(), kept);
        assertEquals("quick", attention.measure(SPEC, SIZES, ONE).chosen().orElseThrow());
        assertEquals("proud", planned(attention, SPEC));
    }

    @Test
    void oneAloneIsNotMeasured() {
        assertEquals("proud", planned(session(Paced.of("proud", 9, 1500)), SPEC));
        assertEquals(List.of(), kept);
    }

    @Test
    void whatCannotBeKeptIsUsedAllTheSame() {
        Tuning full = Tuning.measuring(TuningTable.EMPTY, _ -> {
            throw new IllegalStateException("the disk is full");
        });
        Attention attention = Attention.of(List.of(Paced.of("proud", 9, 1500), Paced.of("quick", 1, 100)))
                .tuned(full);
        assertEquals("quick", planned(attention, SPEC));
    }

    @Test
    void aRecordingTellsOfIt() throws Exception {
        Path file = Files.createTempFile("heed", ".jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            planned(session(Paced.of("proud", 9, 1500), Paced.of("quick", 1, 100)), SPEC);
            recording.stop();
            recording.dump(file);
        }
        RecordedEvent event = RecordingFile.readAllEvents(file).stream()
                .filter(any -> any.getEventType().getName().equals("heed.Tuning"))
                .findFirst()
                .orElseThrow();
        Files.delete(file);
        assertEquals("prefill 2/2,4/16,8,F32,1 thread", event.getString("bucket"));
        assertTrue(event.getString("costs").contains("backend=quick"), event::toString);
    }

    @Test
    void aTableIsBoundedAndItsOldestGo() {
        TuningTable table = TuningTable.EMPTY;
        for (int threads = 1; threads <= TuningTable.MOST + 3; threads++) {
            table = table.with(ShapeBucket.of(SPEC, SIZES, ONE.withThreads(threads)), List.of());
        }
        assertEquals(TuningTable.MOST, table.costs().size());
        assertFalse(table.knows(ShapeBucket.of(SPEC, SIZES, ONE.withThreads(3))));
        assertTrue(table.knows(ShapeBucket.of(SPEC, SIZES, ONE.withThreads(4))));
        assertThrows(UnsupportedOperationException.class, TuningTable.EMPTY.costs()::clear);
    }
}
