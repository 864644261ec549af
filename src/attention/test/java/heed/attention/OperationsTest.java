package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.reference.ReferenceBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

/// What serving needs beside the numbers: ends, counts, recordings.
final class OperationsTest {
    private static final AttentionSpec SPEC = AttentionSpec.builder(2, 4).build();
    private static final AttentionSizes SIZES = new AttentionSizes(1, 3, 5);

    private static AttentionArguments arguments(float[] output) {
        return new AttentionArguments()
                .query(Tensor.of(new float[24], 1, 2, 3, 4))
                .key(Tensor.of(new float[40], 1, 2, 5, 4))
                .value(Tensor.of(new float[40], 1, 2, 5, 4))
                .output(Tensor.of(output, 1, 2, 3, 4));
    }

    private static AttentionPlan plan() {
        return new ReferenceBackend().plan(SPEC, SIZES, PlanOptions.DEFAULT);
    }

    @Test
    void aCancelledRunWritesNothingWhenItHasNotBegun() {
        float[] output = new float[24];
        java.util.Arrays.fill(output, 7);
        Cancellation cancellation = Cancellation.onRequest();
        cancellation.cancel();
        try (AttentionPlan plan = plan()) {
            String message = assertThrows(
                            CancelledRunException.class,
                            () -> plan.run(arguments(output).cancellation(cancellation)))
                    .getMessage();
            assertEquals("the run was cancelled", message);
            assertEquals(7, output[0]);
            plan.run(arguments(output));
            assertEquals(0, output[0]);
        }
    }

    @Test
    void aDeadlineThatHasPassedEndsARun() {
        try (AttentionPlan plan = plan()) {
            Cancellation past = Cancellation.after(Duration.ofNanos(-1));
            assertThrows(
                    CancelledRunException.class,
                    () -> plan.run(arguments(new float[24]).cancellation(past)));
            plan.run(arguments(new float[24]).cancellation(Cancellation.after(Duration.ofHours(1))));
        }
    }

    @Test
    void rowsThatAreNotFiniteAreCountedWhenAskedFor() {
        AttentionArguments poisoned = arguments(new float[24]);
        float[] value = new float[40];
        value[2] = Float.NaN;
        poisoned.value(Tensor.of(value, 1, 2, 5, 4));
        CallReport counting = new CallReport().countNonFiniteRows();
        CallReport plain = new CallReport();
        try (AttentionPlan plan = plan()) {
            plan.run(poisoned.report(counting));
            plan.run(poisoned.report(plain));
        }
        assertEquals(3, counting.nonFiniteRows());
        assertEquals(0, plain.nonFiniteRows());
    }

    @Test
    void aReportPlacesARunOnTheRoofline() {
        CallReport report = new CallReport();
        try (AttentionPlan plan = plan()) {
            plan.run(arguments(new float[24]).report(report));
        }
        assertEquals((double) report.flops() / report.bytes(), report.intensity());
        assertEquals(report.gflops() / 1e-9, report.shareOfRoof(1e-9, 1e9), 1e-6 * report.gflops() / 1e-9);
        double memory = report.intensity() * 1e-9;
        assertEquals(report.gflops() / memory, report.shareOfRoof(1e9, 1e-9), 1e-6 * report.gflops() / memory);
    }

    @Test
    void warmingUpRunsAtLeastOnce() {
        float[] output = new float[24];
        java.util.Arrays.fill(output, 7);
        try (AttentionPlan plan = plan()) {
            assertTrue(Attention.warmUp(plan, arguments(output), Duration.ZERO) >= 1);
        }
        assertEquals(0, output[0]);
    }

    /// 5 products of 2 · 2 heads · 3 rows · 5 keys · 4 dims; query, key, value, output and its cotangent read, one
    /// gradient written.
    @Test
    void aRecordingTellsGradients() throws Exception {
        AttentionSpec spec = SPEC.toBuilder().logSumExp().build();
        Tensor logSumExp = Tensor.of(new float[6], 1, 2, 3);
        GradientArguments gradients = new GradientArguments()
                .output(Tensor.of(new float[24], 1, 2, 3, 4))
                .key(Tensor.of(new double[40], 1, 2, 5, 4));
        Path file = Files.createTempFile("heed", ".jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            Attention attention = Attention.of(List.of(new ReferenceBackend()));
            try (GradientPlan plan = attention.planGradient(spec, SIZES, PlanOptions.DEFAULT)) {
                plan.run(arguments(new float[24]).logSumExp(logSumExp), gradients);
                assertThrows(IllegalArgumentException.class, () -> plan.run(arguments(new float[24]), gradients));
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("heed."))
                .sorted(Comparator.comparing(event -> event.getEventType().getName()))
                .toList();
        Files.delete(file);
        assertEquals(
                List.of("heed.Plan", "heed.Refusal", "heed.Run"),
                events.stream().map(event -> event.getEventType().getName()).toList());
        assertTrue(events.getFirst().getBoolean("gradient"));
        RecordedEvent run = events.getLast();
        assertTrue(run.getBoolean("gradient"));
        assertEquals(5 * 2L * 2 * 3 * 5 * 4, run.getLong("flops"));
        assertEquals(4L * (24 + 40 + 40 + 24 + 24) + 8 * 40, run.getLong("bytes"));
    }

    @Test
    void aRecordingTellsPlansRunsRefusalsAndFullCaches() throws Exception {
        Path file = Files.createTempFile("heed", ".jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            Attention attention = Attention.of(List.of(new ReferenceBackend()));
            try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
                plan.run(arguments(new float[24]));
                assertThrows(IllegalArgumentException.class, () -> plan.run(new AttentionArguments()));
            }
            try (var arena = java.lang.foreign.Arena.ofConfined()) {
                KvCache cache = new KvCache(KvStorage.allocate(KvShape.of(SPEC, 2, 1), arena));
                Tensor rows = Tensor.of(new float[24], 2, 3, 4);
                int sequence = cache.newSequence();
                assertThrows(KvCacheFullException.class, () -> cache.append(sequence, rows, rows));
            }
            recording.stop();
            recording.dump(file);
        }
        Map<String, Long> counts = RecordingFile.readAllEvents(file).stream()
                .map(RecordedEvent::getEventType)
                .map(jdk.jfr.EventType::getName)
                .filter(name -> name.startsWith("heed."))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
        Files.delete(file);
        assertEquals(Map.of("heed.PageExhaustion", 1L, "heed.Plan", 1L, "heed.Refusal", 1L, "heed.Run", 1L), counts);
    }
}
