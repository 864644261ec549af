package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.SequenceLengths;
import heed.attention.Support;
import heed.attention.Tensor;
import heed.attention.UnsupportedSpecException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Bad input is refused at the door: one line with the rule and the value, and nothing written.
public interface RefusalContract extends BackendContract {
    /// Arguments missing, of a wrong shape or type, or longer than the plan.
    @TestFactory
    default Stream<DynamicTest> shapesTypesAndLengths() {
        return Stream.of(
                refused("query of three axes", (a, p, t) -> a.query(zeros(4, 5, 8))),
                refused("query of another dim", (a, p, t) -> a.query(zeros(2, 4, 5, 9))),
                refused("key of other heads", (a, p, t) -> a.key(zeros(2, 4, 20, 8))),
                refused("value of another length", (a, p, t) -> a.value(zeros(2, 2, 21, 8))),
                refused("output of another dim", (a, p, t) -> a.output(zeros(2, 4, 5, 9))),
                refused("logSumExp of four axes", (a, p, t) -> a.logSumExp(zeros(2, 4, 5, 1))),
                refused("query in f64", (a, p, t) -> a.query(Tensors.zeros(ElementType.F64, 2, 4, 5, 8))),
                refused("key of booleans", (a, p, t) -> a.key(Tensors.zeros(ElementType.BOOL, 2, 2, 20, 8))),
                refused("mask of f32", (a, p, t) -> a.mask(zeros(5, 20))),
                refused("mask of too few rows", (a, p, t) -> a.mask(Tensors.zeros(ElementType.BOOL, 4, 20))),
                refused("mask of other heads", (a, p, t) -> a.mask(Tensors.zeros(ElementType.BOOL, 3, 5, 20))),
                refused("a bias the spec has not", (a, p, t) -> a.bias(zeros(5, 20))),
                refused("a sink the spec has not", (a, p, t) -> a.sink(zeros(4))),
                refused(
                        "batch beyond the plan",
                        (a, p, t) -> a.query(zeros(3, 4, 5, 8))
                                .key(zeros(3, 2, 20, 8))
                                .value(zeros(3, 2, 20, 8))
                                .output(zeros(3, 4, 5, 8))
                                .lengths(new SequenceLengths(3))),
                refused(
                        "kvLen beyond the plan",
                        (a, p, t) -> a.key(zeros(2, 2, 21, 8))
                                .value(zeros(2, 2, 21, 8))
                                .lengths(new SequenceLengths(2))),
                refused("kvLens beyond the tensor", (a, p, t) -> a.lengths(new SequenceLengths(2).kvLens(20, 21))),
                refused("negative kvLens", (a, p, t) -> a.lengths(new SequenceLengths(2).kvLens(20, -1))),
                refused("falling starts", (a, p, t) -> a.lengths(new SequenceLengths(2).kvStarts(0, 9, 5))),
                refused("offsets without OFFSET", (a, p, t) -> a.lengths(new SequenceLengths(2).offsets(0, 0))));
    }

    /// Memory that is dead, foreign, read-only or shared with an input.
    @TestFactory
    default Stream<DynamicTest> memory() {
        return Stream.of(
                refused("read-only output", (a, p, t) -> a.output(readOnly(t.output()))),
                refused("read-only logSumExp", (a, p, t) -> a.logSumExp(readOnly(t.logSumExp()))),
                refused("closed key", (a, p, t) -> a.key(closed(p.key()))),
                refused("closed output", (a, p, t) -> a.output(closed(t.output()))),
                refused("key confined elsewhere", (a, p, t) -> a.key(confinedElsewhere(p.key()))),
                refused(
                        "output that overlaps itself",
                        (a, p, t) -> a.output(Tensor.strided(
                                t.output().segment(),
                                ElementType.F32,
                                0,
                                t.output().shape(),
                                new long[] {0, 0, 0, 4}))),
                refused("output in the query's memory", (a, p, t) -> a.query(t.output())),
                refused("output in the value's memory", (a, p, t) -> {
                    Tensor whole = zeros(4, 2, 20, 8);
                    a.value(whole.slice(0, 0, 2)).output(Tensor.of(whole.segment(), ElementType.F32, 2, 4, 5, 8));
                }),
                refused(
                        "logSumExp in the output's memory",
                        (a, p, t) -> a.logSumExp(Tensor.of(t.output().segment(), ElementType.F32, 2, 4, 5))));
    }

    /// Every argument left out in turn.
    @TestFactory
    default Stream<DynamicTest> missingArguments() {
        return Stream.of("query", "key", "value", "output", "logSumExp", "mask", "offsets")
                .map(missing -> DynamicTest.dynamicTest(missing, () -> {
                    Problem problem =
                            problem(missing.equals("offsets") ? QueryAlignment.OFFSET : QueryAlignment.TOP_LEFT);
                    AttentionBackend backend = computing(problem.spec());
                    PartialOutput target = problem.room();
                    try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
                        AttentionArguments arguments = without(missing, problem, target);
                        assertRefused(() -> plan.run(arguments));
                    }
                    assertUntouched(target, problem.room());
                }));
    }

    private static AttentionArguments without(String missing, Problem problem, PartialOutput target) {
        AttentionArguments arguments = new AttentionArguments();
        if (!missing.equals("query")) {
            arguments.query(problem.query());
        }
        if (!missing.equals("key")) {
            arguments.key(problem.key());
        }
        if (!missing.equals("value")) {
            arguments.value(problem.value());
        }
        if (!missing.equals("output")) {
            arguments.output(target.output());
        }
        if (!missing.equals("logSumExp")) {
            arguments.logSumExp(target.logSumExp());
        }
        return missing.equals("mask")
                ? arguments
                : arguments.mask(problem.mask().orElseThrow());
    }

    /// A closed plan says so, and closing it again does nothing.
    @Test
    default void closedPlan() {
        Problem problem = problem(QueryAlignment.TOP_LEFT);
        AttentionPlan plan = computing(problem.spec()).plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT);
        plan.close();
        plan.close();
        PartialOutput target = problem.room();
        assertThrows(IllegalStateException.class, () -> plan.run(problem.arguments(target)));
        assertUntouched(target, problem.room());
    }

    /// What the backend says it does not compute, it refuses to plan.
    @Test
    default void unsupportedSpecsAreRefused() {
        AttentionBackend backend = available();
        AttentionSpec spec = AttentionSpec.builder(1, 8)
                .keyLayout(new heed.attention.KeyLayout.Panels(16))
                .build();
        if (backend.support(spec) instanceof Support.Unsupported obstacles) {
            assertFalse(obstacles.reasons().isEmpty(), "an unsupported spec needs a reason");
            assertThrows(
                    UnsupportedSpecException.class,
                    () -> backend.plan(spec, new heed.attention.AttentionSizes(1, 1, 1), PlanOptions.DEFAULT));
        }
    }

    private DynamicTest refused(String what, Spoil spoil) {
        return DynamicTest.dynamicTest(what, () -> {
            Problem problem = problem(QueryAlignment.TOP_LEFT);
            AttentionBackend backend = computing(problem.spec());
            PartialOutput target = problem.room();
            try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
                AttentionArguments arguments = problem.arguments(target);
                spoil.accept(arguments, problem, target);
                assertRefused(() -> plan.run(arguments));
                assertUntouched(target, problem.room());
                // The plan is none the worse.
                Duel.of(problem).judge(problem.run(plan), "after a refusal, " + problem);
            }
        });
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable run) {
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, run).getMessage());
        assertTrue(message.lines().count() == 1, () -> "a refusal is one line: " + message);
    }

    private static void assertUntouched(PartialOutput target, PartialOutput fresh) {
        Tensors.assertSameBits(fresh, target, "a refused run wrote");
    }

    private static Problem problem(QueryAlignment alignment) {
        AttentionSpec spec = AttentionSpec.builder(4, 8)
                .kvHeads(2)
                .mask(Mask.booleanTensor())
                .alignment(alignment)
                .build();
        return Problem.random(spec, 2, 5, 20, 101);
    }

    private static Tensor zeros(int... shape) {
        return Tensors.zeros(ElementType.F32, shape);
    }

    private static Tensor over(MemorySegment segment, Tensor like) {
        return Tensor.of(segment, like.type(), like.shape());
    }

    private static Tensor readOnly(Tensor tensor) {
        return over(tensor.segment().asReadOnly(), tensor);
    }

    private static Tensor closed(Tensor like) {
        try (Arena arena = Arena.ofConfined()) {
            return over(arena.allocate(1 << 12, 64), like);
        }
    }

    private static Tensor confinedElsewhere(Tensor like) {
        AtomicReference<Tensor> tensor = new AtomicReference<>(like);
        Thread owner = Thread.ofPlatform()
                .start(() -> tensor.set(over(Arena.ofConfined().allocate(1 << 12, 64), like)));
        try {
            owner.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return tensor.get();
    }
}
