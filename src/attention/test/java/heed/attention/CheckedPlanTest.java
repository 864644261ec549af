package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CheckedPlanTest {
    private static final AttentionSpec SPEC = AttentionSpec.builder(2, 4).build();
    private static final AttentionSizes SIZES = new AttentionSizes(2, 3, 5);

    private final List<Desk> desks = new ArrayList<>();
    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private CountDownLatch entered = new CountDownLatch(0);
    private CountDownLatch mayLeave = new CountDownLatch(0);

    private static final class Desk implements CheckedPlan.Workspace {
        private boolean closed;

        @Override
        public long bytes() {
            return 100;
        }

        @Override
        public void close() {
            assertFalse(closed, "closed twice");
            closed = true;
        }
    }

    /// A plan that counts who works at once and can be held up.
    private final class Office extends CheckedPlan<Desk> {
        Office(AttentionSpec spec, int workspaces) {
            super("office", spec, SIZES, workspaces, () -> {
                Desk desk = new Desk();
                desks.add(desk);
                return desk;
            });
        }

        @Override
        protected void execute(AttentionCall call, Desk desk) {
            assertFalse(desk.closed, "a closed workspace is in use");
            int now = working.incrementAndGet();
            mostAtOnce.accumulateAndGet(now, Math::max);
            entered.countDown();
            try {
                mayLeave.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            } finally {
                working.decrementAndGet();
            }
        }
    }

    private static AttentionArguments arguments() {
        return new AttentionArguments()
                .query(Tensor.of(new float[48], 2, 2, 3, 4))
                .key(Tensor.of(new float[80], 2, 2, 5, 4))
                .value(Tensor.of(new float[80], 2, 2, 5, 4))
                .output(Tensor.of(new float[48], 2, 2, 3, 4));
    }

    @Test
    void runsBeyondTheWorkspacesWait() throws Exception {
        try (AttentionPlan plan = new Office(SPEC, 2);
                ExecutorService callers = Executors.newFixedThreadPool(5)) {
            assertEquals(200, plan.workspaceBytes());
            entered = new CountDownLatch(2);
            mayLeave = new CountDownLatch(1);
            List<Future<?>> runs = new ArrayList<>();
            for (int n = 0; n < 5; n++) {
                runs.add(callers.submit(() -> plan.run(arguments())));
            }
            assertTrue(entered.await(60, TimeUnit.SECONDS), "two runs at once");
            mayLeave.countDown();
            for (Future<?> run : runs) {
                run.get(60, TimeUnit.SECONDS);
            }
            assertEquals(2, mostAtOnce.get());
        }
    }

    @Test
    void closeWaitsAndLaterRunsAreRefused() throws Exception {
        AttentionPlan plan = new Office(SPEC, 1);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            entered = new CountDownLatch(1);
            mayLeave = new CountDownLatch(1);
            Future<?> run = threads.submit(() -> plan.run(arguments()));
            assertTrue(entered.await(60, TimeUnit.SECONDS), "the run started");
            Future<?> closing = threads.submit(plan::close);
            assertFalse(desks.getFirst().closed);
            mayLeave.countDown();
            run.get(60, TimeUnit.SECONDS);
            closing.get(60, TimeUnit.SECONDS);
            assertTrue(desks.getFirst().closed);
            plan.close();
            Future<?> late = threads.submit(() -> plan.run(arguments()));
            Throwable cause = assertThrows(ExecutionException.class, () -> late.get(60, TimeUnit.SECONDS))
                    .getCause();
            assertEquals("java.lang.IllegalStateException: the plan is closed: make a new one", String.valueOf(cause));
        }
    }

    @Test
    void workspacesAreFreedWhenOneCannotBeMade() {
        AtomicInteger made = new AtomicInteger();
        List<Desk> first = new ArrayList<>();
        assertThrows(
                OutOfMemoryError.class,
                () -> new CheckedPlan<Desk>("office", SPEC, SIZES, 3, () -> {
                    if (made.incrementAndGet() == 3) {
                        throw new OutOfMemoryError("third");
                    }
                    first.add(new Desk());
                    return first.getLast();
                }) {
                    @Override
                    protected void execute(AttentionCall call, Desk workspace) {}
                }.close());
        assertTrue(first.stream().allMatch(desk -> desk.closed));
    }

    @Test
    void aRefusedRunGivesItsWorkspaceBack() {
        try (AttentionPlan plan = new Office(SPEC, 1)) {
            assertRefused(
                    "key must be given: call AttentionArguments.key",
                    () -> plan.run(new AttentionArguments()
                            .query(Tensor.of(new float[48], 2, 2, 3, 4))
                            .output(Tensor.of(new float[48], 2, 2, 3, 4))));
            plan.run(arguments());
        }
    }

    @Test
    void reportsCountWhatTheMaskAllows() {
        AttentionSpec causal = SPEC.toBuilder().mask(Mask.causal()).build();
        CallReport report = new CallReport();
        try (AttentionPlan plan = new Office(causal, 1)) {
            plan.run(arguments().report(report));
        }
        // Bottom-right: 3 + 4 + 5 pairs in each of 2 sequences.
        assertEquals(2L * 2 * (4 + 4) * 2 * 12, report.flops());
        assertEquals(4L * (48 + 48 + 80 + 80), report.bytes());
        assertEquals("office", report.backend());
    }

    @Test
    void positionsMustFit() {
        AttentionSpec spec = SPEC.toBuilder().alignment(QueryAlignment.OFFSET).build();
        try (AttentionPlan plan = new Office(spec, 1)) {
            plan.run(arguments().lengths(new SequenceLengths(2).offsets(Integer.MIN_VALUE, Integer.MAX_VALUE - 3)));
            assertRefused(
                    "positions must fit 32 bits: offset=2147483645, queryLen=3, sequence=1",
                    () -> plan.run(arguments().lengths(new SequenceLengths(2).offsets(0, Integer.MAX_VALUE - 2))));
            assertRefused(
                    "positions must fit 32 bits: offset=-4294967296, queryLen=3, sequence=0",
                    () -> plan.run(arguments().lengths(new SequenceLengths(2).offsets(-1L << 32, 0L))));
        }
    }

    @Test
    void threadsOfARun() {
        List<Integer> seen = new ArrayList<>();
        try (Arena confined = Arena.ofConfined();
                AttentionPlan plan = new CheckedPlan<Desk>("office", SPEC, SIZES, 1, Desk::new) {
                    @Override
                    protected void execute(AttentionCall call, Desk workspace) {
                        seen.add(call.threads());
                    }
                }) {
            Tensor output = Tensor.of(confined.allocate(4 * 48, 4), ElementType.F32, 2, 2, 3, 4);
            plan.run(arguments());
            plan.run(arguments().threads(3));
            plan.run(arguments().threads(3).output(output));
        }
        assertEquals(List.of(Integer.MAX_VALUE, 3, 1), seen);
        assertRefused("threads must be at least 1: threads=0", () -> new AttentionArguments().threads(0));
    }

    /// A run that waits for a workspace is not ended by an interrupt, which it keeps.
    @Test
    void waitsThoughInterrupted() throws Exception {
        try (AttentionPlan plan = new Office(SPEC, 1);
                ExecutorService callers = Executors.newFixedThreadPool(2)) {
            entered = new CountDownLatch(1);
            mayLeave = new CountDownLatch(1);
            Future<?> first = callers.submit(() -> plan.run(arguments()));
            assertTrue(entered.await(60, TimeUnit.SECONDS), "the run started");
            CountDownLatch interrupted = new CountDownLatch(1);
            Future<Boolean> second = callers.submit(() -> {
                Thread.currentThread().interrupt();
                interrupted.countDown();
                assertRefused(
                        "query must be given: call AttentionArguments.query", () -> plan.run(new AttentionArguments()));
                return Thread.currentThread().isInterrupted();
            });
            assertTrue(interrupted.await(60, TimeUnit.SECONDS));
            mayLeave.countDown();
            first.get(60, TimeUnit.SECONDS);
            assertTrue(second.get(60, TimeUnit.SECONDS), "the interrupt is lost");
        }
    }

    @Test
    void heapTensorsOfOneArray() {
        float[] array = new float[48 + 48];
        Tensor query = Tensor.of(MemorySegment.ofArray(array).asSlice(0, 4 * 48), ElementType.F32, 2, 2, 3, 4);
        MemorySegment rest = MemorySegment.ofArray(array).asSlice(4 * 48);
        MemorySegment last = MemorySegment.ofArray(array).asSlice(4 * 47);
        try (AttentionPlan plan = new Office(SPEC, 1)) {
            for (Tensor input : List.of(query, readOnly(query))) {
                plan.run(arguments().query(input).output(Tensor.of(rest, ElementType.F32, 2, 2, 3, 4)));
                assertRefused(
                        "output must not overlap query: give it memory of its own,"
                                + " output=F32[2, 2, 3, 4], query=F32[2, 2, 3, 4]",
                        () -> plan.run(arguments()
                                .query(input)
                                .output(Tensor.of(last.asSlice(0, 4 * 48), ElementType.F32, 2, 2, 3, 4))));
            }
        }
    }

    private static Tensor readOnly(Tensor tensor) {
        return Tensor.of(tensor.segment().asReadOnly(), tensor.type(), tensor.shape());
    }
}
