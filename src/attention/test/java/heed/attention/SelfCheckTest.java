package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.SelfCheck.Policy;
import heed.attention.reference.ReferenceBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A wrong row: found, told, replayed, and what follows from it.
final class SelfCheckTest {
    private static final AttentionSpec SPEC =
            AttentionSpec.builder(2, 8).mask(Mask.causal()).logSumExp().build();
    private static final AttentionSizes SIZES = new AttentionSizes(2, 5, 40);
    private static final double ERROR = 1e-2;

    private final Tensor output = Tensor.of(new float[2 * 2 * 5 * 8], 2, 2, 5, 8);
    private final Tensor logSumExp = Tensor.of(new float[2 * 2 * 5], 2, 2, 5);

    private static Tensor noise(int seed, int... shape) {
        float[] elements = new float[java.util.stream.IntStream.of(shape).reduce(1, Math::multiplyExact)];
        Random random = new Random(seed);
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) random.nextGaussian();
        }
        return Tensor.of(elements, shape);
    }

    private AttentionArguments arguments() {
        return new AttentionArguments()
                .query(noise(1, 2, 2, 5, 8))
                .key(noise(2, 2, 2, 40, 8))
                .value(noise(3, 2, 2, 40, 8))
                .output(output)
                .logSumExp(logSumExp);
    }

    private static Attention session(WrongBackend wrong, SelfCheck check) {
        return Attention.of(List.of(wrong, new ReferenceBackend())).selfCheck(check);
    }

    private Mismatch found(WrongBackend wrong) {
        Attention attention = session(wrong, SelfCheck.everyRow().withPolicy(Policy.THROW));
        try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
            return assertThrows(SelfCheckException.class, () -> plan.run(arguments()))
                    .mismatch();
        }
    }

    @Test
    void theRowIsNamed() {
        Mismatch mismatch = found(WrongBackend.at(1, 0, 3, ERROR));
        assertEquals(
                List.of(1, 0, 3, 1), List.of(mismatch.sequence(), mismatch.head(), mismatch.row(), mismatch.element()));
        assertEquals(ERROR, mismatch.got() - mismatch.expected(), 1e-6);
        assertEquals(new Mismatch.Found(1, 0, 0, 13), mismatch.found());
        assertTrue(
                mismatch.toString().startsWith("wrong computed a wrong row: sequence=1, head=0, row=3, output[1]="),
                mismatch.toString());
        assertEquals(1, mismatch.toString().lines().count());
    }

    /// What f32 is off by is no mistake; a hundred times as much is. The bound is for 40 keys of 8 elements.
    @Test
    void theToleranceIsThatOfTheArithmetic() {
        double tolerance = found(WrongBackend.at(0, 1, 0, ERROR)).tolerance();
        assertTrue(tolerance > 4e-7 && tolerance < 4e-5, "tolerance=" + tolerance);
        assertEquals(0, found(WrongBackend.at(0, 1, 0, 1.01 * tolerance)).sequence());
        Attention attention = session(WrongBackend.at(0, 1, 0, 0.9 * tolerance), SelfCheck.everyRow());
        try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
            plan.run(arguments());
        }
    }

    @Test
    void aWrongLogSumExpAndNaNAreFound() {
        Mismatch wrongLse = found(new WrongBackend(
                "wrong", 9, arguments -> logSumExp.set(logSumExp.get(1, 1, 2) + ERROR, 1, 1, 2)));
        assertEquals(8, wrongLse.element());
        assertTrue(wrongLse.toString().contains(", logSumExp="), wrongLse.toString());
        assertTrue(Double.isNaN(found(WrongBackend.at(0, 0, 0, Double.NaN)).got()));
        assertEquals(
                Double.POSITIVE_INFINITY,
                found(WrongBackend.at(0, 0, 0, Double.POSITIVE_INFINITY)).got());
    }

    @Test
    void aReportCounts() {
        CallReport report = new CallReport();
        Attention attention =
                session(WrongBackend.at(1, 0, 3, ERROR), SelfCheck.everyRow().withPolicy(Policy.REPORT));
        try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
            plan.run(arguments().report(report));
        }
        assertEquals(20, report.rowsChecked());
        assertEquals(1, report.rowsMismatched());
        assertEquals(Map.of(), attention.quarantined());
        try (AttentionPlan plan = attention.plan(SPEC, SIZES, PlanOptions.DEFAULT.withSelfCheck(SelfCheck.OFF))) {
            plan.run(arguments().report(report));
        }
        assertEquals(0, report.rowsChecked());
    }

    /// Of 10⁴ rows 100 are checked, and the wrong row, one in 20, found about 5 times.
    @Test
    void aShareIsChecked() {
        CallReport report = new CallReport();
        SelfCheck check = SelfCheck.oneRowIn(100).withPolicy(Policy.REPORT).withSeed(5);
        long checked = 0;
        long wrong = 0;
        try (AttentionPlan plan =
                session(WrongBackend.at(1, 0, 3, ERROR), check).plan(SPEC, SIZES)) {
            for (int run = 0; run < 500; run++) {
                plan.run(arguments().report(report));
                checked += report.rowsChecked();
                wrong += report.rowsMismatched();
            }
        }
        assertEquals(100, checked);
        assertTrue(wrong > 0 && wrong < 15, "wrong=" + wrong);
    }

    /// Rows are numbered across threads: however runs interleave, one in ten is checked, exactly.
    @Test
    void manyRunsAtOnce() throws Exception {
        SelfCheck check = SelfCheck.oneRowIn(10).withPolicy(Policy.REPORT);
        java.util.concurrent.atomic.LongAdder checked = new java.util.concurrent.atomic.LongAdder();
        PlanOptions options = PlanOptions.DEFAULT.withMaxConcurrentRuns(3);
        try (AttentionPlan plan = session(WrongBackend.at(0, 0, 0, 0), check).plan(SPEC, SIZES, options)) {
            Runnable runs = () -> {
                CallReport report = new CallReport();
                AttentionArguments own =
                        arguments().report(report).output(noise(4, 2, 2, 5, 8)).logSumExp(noise(5, 2, 2, 5));
                for (int run = 0; run < 200; run++) {
                    plan.run(own);
                    checked.add(report.rowsChecked());
                    assertEquals(0, report.rowsMismatched());
                }
            };
            List<Thread> threads = java.util.stream.Stream.generate(
                            () -> Thread.ofPlatform().start(runs))
                    .limit(4)
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(4 * 200 * 20 / 10, checked.sum());
    }

    @Test
    void aQuarantinedBackendIsReplacedRefusedAndEnabled() {
        Attention attention = session(WrongBackend.at(1, 0, 3, ERROR), SelfCheck.everyRow());
        AttentionPlan open = attention.plan(SPEC, SIZES);
        AttentionPlan unchecked = attention.plan(SPEC, SIZES, PlanOptions.DEFAULT.withSelfCheck(SelfCheck.OFF));
        String found = message(SelfCheckException.class, () -> open.run(arguments()));
        assertTrue(
                found.endsWith(
                        "; discard the run's output and plan anew: wrong is quarantined, another takes its place"),
                found);

        String refusal = message(BackendQuarantinedException.class, () -> open.run(arguments()));
        assertTrue(refusal.startsWith("wrong is quarantined by a self-check, wrong computed a wrong row: "), refusal);
        assertTrue(refusal.endsWith("; call Attention.enable(\"wrong\") to use it again"), refusal);
        assertThrows(BackendQuarantinedException.class, () -> unchecked.run(arguments()));
        try (AttentionPlan next = attention.plan(SPEC, SIZES)) {
            assertEquals("reference", next.backend());
            next.run(arguments());
        }
        PlanOptions forced = PlanOptions.DEFAULT.withBackend("wrong");
        assertEquals(refusal, message(BackendQuarantinedException.class, () -> attention.plan(SPEC, SIZES, forced)));
        Explanation explanation = attention.explain(SPEC, PlanOptions.DEFAULT);
        assertEquals("reference", explanation.chosen().orElseThrow());
        assertTrue(
                explanation.candidates().getFirst().verdict().startsWith("quarantined by a self-check, "),
                explanation.toString());
        assertEquals(List.of("wrong"), List.copyOf(attention.quarantined().keySet()));

        attention.enable("wrong");
        assertEquals(Map.of(), attention.quarantined());
        unchecked.run(arguments());
        open.close();
        unchecked.close();
    }

    @Test
    void anOpenGradientPlanIsRefusedToo() {
        Attention attention = session(WrongBackend.at(1, 0, 3, ERROR), SelfCheck.everyRow());
        try (AttentionPlan plan = attention.plan(SPEC, SIZES);
                GradientPlan gradient = attention.planGradient(SPEC, SIZES, PlanOptions.DEFAULT)) {
            gradient.run(arguments(), new GradientArguments());
            assertThrows(SelfCheckException.class, () -> plan.run(arguments()));
            assertThrows(BackendQuarantinedException.class, () -> gradient.run(arguments(), new GradientArguments()));
        }
        try (GradientPlan next = attention.planGradient(SPEC, SIZES, PlanOptions.DEFAULT)) {
            assertEquals("reference", next.backend());
        }
    }

    private static String message(Class<? extends RuntimeException> type, Runnable run) {
        return String.valueOf(assertThrows(type, run::run).getMessage());
    }

    /// Merged into what was there, in ragged sequences: still found where it is.
    @Test
    void aRunThatAccumulatesIsChecked() {
        SelfCheck check = SelfCheck.everyRow().withPolicy(Policy.THROW);
        AttentionSpec spec = SPEC.toBuilder().kvHeads(1).sink().build();
        Tensor partial = noise(7, 1, 2, 7, 8);
        Tensor lse = noise(8, 1, 2, 7);
        AttentionArguments arguments = new AttentionArguments()
                .query(noise(1, 1, 2, 7, 8))
                .key(noise(2, 1, 1, 50, 8))
                .value(noise(3, 1, 1, 50, 8))
                .sink(noise(4, 2))
                .accumulateInto(new PartialOutput(partial, lse))
                .lengths(new SequenceLengths(2).queryStarts(0, 4, 7).kvStarts(0, 40, 50));
        CallReport report = new CallReport();
        Attention right = session(WrongBackend.at(0, 1, 5, 0), check);
        try (AttentionPlan plan = right.plan(spec, SIZES)) {
            plan.run(arguments.report(report));
        }
        assertEquals(14, report.rowsChecked());
        try (AttentionPlan plan =
                session(WrongBackend.at(0, 1, 5, ERROR), check).plan(spec, SIZES)) {
            Mismatch mismatch = assertThrows(SelfCheckException.class, () -> plan.run(arguments))
                    .mismatch();
            assertEquals(List.of(1, 1, 1), List.of(mismatch.sequence(), mismatch.head(), mismatch.row()));
            assertTrue(mismatch.accumulates());
        }
    }

    @Test
    void aWrongRowIsSavedOnlyWhereToldAndReplayed(@TempDir Path folder) throws Exception {
        SelfCheck check = SelfCheck.everyRow().withPolicy(Policy.THROW);
        assertTrue(found(WrongBackend.at(1, 1, 2, ERROR)).saved().isEmpty());
        WrongBackend wrong = WrongBackend.at(1, 1, 2, ERROR);
        Path directory = folder.resolve("rows");
        try (AttentionPlan plan = session(wrong, check.savingTo(directory)).plan(SPEC, SIZES)) {
            Mismatch mismatch = assertThrows(SelfCheckException.class, () -> plan.run(arguments()))
                    .mismatch();
            Path file = mismatch.saved().orElseThrow();
            assertEquals(directory, file.getParent());
            SelfCheck.Replay replay = SelfCheck.replay(file, new ReferenceBackend());
            assertTrue(replay.wasWrong());
            assertFalse(replay.isWrong());
            assertEquals(mismatch.expected(), replay.now()[1], 1e-14);
            WrongBackend still = WrongBackend.at(0, 0, 0, ERROR);
            assertTrue(SelfCheck.replay(file, still).isWrong());
            Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 500));
            assertThrows(IllegalArgumentException.class, () -> SelfCheck.replay(file, still));
        }
    }

    @Test
    void recordingsTell() throws Exception {
        Path file = Files.createTempFile("heed", ".jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            Attention attention = session(WrongBackend.at(1, 0, 3, ERROR), SelfCheck.everyRow());
            try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
                assertThrows(SelfCheckException.class, () -> plan.run(arguments()));
            }
            attention.plan(SPEC, SIZES).close();
            attention.enable("wrong");
            recording.stop();
            recording.dump(file);
        }
        Map<String, Long> counts = RecordingFile.readAllEvents(file).stream()
                .map(RecordedEvent::getEventType)
                .map(jdk.jfr.EventType::getName)
                .filter(name -> name.startsWith("heed."))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
        Files.delete(file);
        assertEquals(
                Map.of(
                        "heed.Fallback",
                        1L,
                        "heed.Mismatch",
                        1L,
                        "heed.Plan",
                        2L,
                        "heed.Quarantine",
                        2L,
                        "heed.Run",
                        1L),
                counts);
    }

    @Test
    void operatorsSayItFromOutside() {
        System.setProperty(SelfCheck.PROPERTY, "1/1, throw, seed=9");
        Attention attention = Attention.of(List.of(WrongBackend.at(0, 0, 0, ERROR)));
        try {
            try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
                assertEquals(
                        new Mismatch.Found(1, 9, 0, 0),
                        assertThrows(SelfCheckException.class, () -> plan.run(arguments()))
                                .mismatch()
                                .found());
            }
            System.setProperty(SelfCheck.PROPERTY, "often");
            assertEquals(
                    "system property heed.selfCheck: a self-check must be 1/ROWS or off, then report, quarantine or"
                            + " throw, seed=N, save=DIRECTORY: got often",
                    message(IllegalArgumentException.class, () -> attention.plan(SPEC, SIZES)));
        } finally {
            System.clearProperty(SelfCheck.PROPERTY);
        }
        assertEquals(SelfCheck.OFF, SelfCheck.parse("off"));
        assertEquals(
                SelfCheck.oneRowIn(10_000).savingTo(Path.of("rows")), SelfCheck.parse("1/10000,quarantine,save=rows"));
        for (String wrong : new String[] {
            "1/0",
            "1/-5",
            "1/1e3",
            "1/99999999999999999999",
            "10%",
            "1/100,loud",
            "1/100,seed=x",
            "1/100,save=",
            "1/100,,throw",
            ""
        }) {
            assertThrows(IllegalArgumentException.class, () -> SelfCheck.parse(wrong));
        }
    }
}
