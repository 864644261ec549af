package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.reference.ReferenceBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What a shared prefix takes, and how it ends. What it computes, `SharedPrefixContract` tests.
final class SharedPrefixPlanTest {
    private static final AttentionSpec SPEC =
            AttentionSpec.builder(1, 4).pageLen(2).build();
    private static final AttentionSizes SIZES = new AttentionSizes(2, 1, 8);

    private final Arena arena = Arena.ofShared();
    private final KvCache cache = new KvCache(KvStorage.allocate(KvShape.of(SPEC, 2, 16), arena));
    private final int[] sequences = forks();

    private int[] forks() {
        Tensor tokens = Tensor.of(new float[16], 1, 4, 4);
        int first = cache.newSequence();
        cache.append(first, tokens, tokens);
        return new int[] {first, cache.fork(first)};
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static AttentionArguments arguments() {
        return new AttentionArguments()
                .query(Tensor.of(new float[8], 2, 1, 1, 4))
                .output(Tensor.of(new float[8], 2, 1, 1, 4));
    }

    private static SharedPrefixPlan plan(AttentionBackend backend) {
        return new SharedPrefixPlan(Attention.of(List.of(backend)), SPEC, SIZES, PlanOptions.DEFAULT);
    }

    /// Nothing that a caller gives is passed over.
    @TestFactory
    Stream<DynamicTest> whatItDoesNotTakeIsRefused() {
        Tensor row = Tensor.of(new float[8], 2, 1, 1, 4);
        Tensor flags = Tensor.of(MemorySegment.ofArray(new byte[8]), ElementType.BOOL, 1, 8);
        Map<String, Consumer<AttentionArguments>> others = Map.ofEntries(
                Map.entry("key", given -> given.key(row)),
                Map.entry("value", given -> given.value(row)),
                Map.entry("keyScale", given -> given.keyScale(row)),
                Map.entry("valueScale", given -> given.valueScale(row)),
                Map.entry("pageTable", given -> given.pageTable(new PageTable(new int[0], 0))),
                Map.entry("lengths", given -> given.lengths(new SequenceLengths(2))),
                Map.entry("report", given -> given.report(new CallReport())),
                Map.entry("scores", given -> given.scores(row)),
                Map.entry("diagnostics", given -> given.diagnostics(new Diagnostics().entropy(row))),
                Map.entry("mask", given -> given.mask(flags)),
                Map.entry("bias", given -> given.bias(row)),
                Map.entry("blockMask", given -> given.blockMask(flags)),
                Map.entry("alibiSlopes", given -> given.alibiSlopes(Tensor.of(new float[1], 1))),
                Map.entry("treeBits", given -> given.treeBits(1, 1)),
                Map.entry("captured", given -> given.captured("slope", row)));
        return others.entrySet().stream()
                .map(other -> DynamicTest.dynamicTest(other.getKey(), () -> {
                    AttentionArguments given = arguments();
                    other.getValue().accept(given);
                    try (SharedPrefixPlan plan = plan(new ReferenceBackend());
                            KvCache.Snapshot snapshot = cache.snapshot(sequences)) {
                        assertThrows(IllegalArgumentException.class, () -> plan.run(snapshot, given));
                    }
                }));
    }

    @Test
    void aLogSumExpOfAnotherShapeIsRefusedBeforeAnythingIsWritten() {
        AttentionArguments given = arguments().logSumExp(Tensor.of(new float[3], 1, 1, 3));
        Tensor output = Door.given("output", given.output);
        output.set(7, 0, 0, 0, 0);
        try (SharedPrefixPlan plan = plan(new ReferenceBackend());
                KvCache.Snapshot snapshot = cache.snapshot(sequences)) {
            assertThrows(IllegalArgumentException.class, () -> plan.run(snapshot, given));
        }
        assertEquals(7, output.get(0, 0, 0, 0));
    }

    /// Between the prefix and the rest, too.
    @Test
    void closingWaitsForTheRunUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AttentionBackend slow = new WrongBackend("slow", 9, _ -> {
            begun.countDown();
            await(goOn);
        });
        SharedPrefixPlan plan = plan(slow);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (KvCache.Snapshot snapshot = cache.snapshot(sequences)) {
            Thread run = Thread.ofPlatform()
                    .uncaughtExceptionHandler((_, thrown) -> failure.set(thrown))
                    .start(() -> plan.run(snapshot, arguments()));
            begun.await();
            Thread close = Thread.ofPlatform().start(plan::close);
            assertTrue(!close.join(java.time.Duration.ofMillis(100)), "closed during a run");
            goOn.countDown();
            run.join();
            close.join();
        }
        assertEquals(null, failure.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
