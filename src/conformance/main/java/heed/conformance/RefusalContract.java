package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
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
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
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

    /// Scales missing, unwanted, of a wrong shape or type, dead, or in the output's memory.
    @TestFactory
    default Stream<DynamicTest> scalesOfQuantisedTypes() {
        Storage int8 = Storage.rows(ElementType.INT8);
        Storage int4 = Storage.rows(ElementType.INT4).inPanels();
        return Stream.of(
                refused("a scale the spec has not", (a, p, t) -> a.keyScale(zeros(2, 2, 20))),
                refused("keys of another type", int8, (a, p, t) -> a.key(zeros(2, 2, 20, 32))),
                refused("a scale for each group in INT8", int8, (a, p, t) -> a.keyScale(zeros(2, 2, 20, 1))),
                refused("a scale for each row in INT4", int4, (a, p, t) -> a.valueScale(zeros(2, 2, 20))),
                refused("scales of another length", int8, (a, p, t) -> a.valueScale(zeros(2, 2, 19))),
                refused("scales of other heads", int4, (a, p, t) -> a.keyScale(zeros(2, 4, 20, 1))),
                refused("scales of integers", int8, (a, p, t) -> a.keyScale(Tensors.zeros(ElementType.INT8, 2, 2, 20))),
                refused(
                        "closed scale",
                        int8,
                        (a, p, t) -> a.keyScale(closed(p.keyScale().orElseThrow()))),
                refused(
                        "scale confined elsewhere",
                        int4,
                        (a, p, t) ->
                                a.valueScale(confinedElsewhere(p.valueScale().orElseThrow()))),
                refused(
                        "output in a scale's memory",
                        int8,
                        (a, p, t) -> a.keyScale(Tensor.of(t.output().segment(), ElementType.F32, 2, 2, 20))));
    }

    /// Panels too few, of another width or in pieces, and ragged sequences that begin within one.
    @TestFactory
    default Stream<DynamicTest> panels() {
        Storage f16 = Storage.rows(ElementType.F16).inPanels();
        return Stream.of(
                refused("rows instead of panels", f16, (a, p, t) -> a.key(p.key())),
                refused("too few panels", f16, (a, p, t) -> a.key(panels(p).slice(2, 0, 0))),
                refused("panels of another width", f16, (a, p, t) -> a.key(Stored.panels(p.key(), width(p) + 1, 0))),
                refused(
                        "panels of another dim",
                        f16,
                        (a, p, t) -> a.key(panels(p).slice(3, 0, 31))),
                refused("panels of every other key", f16, (a, p, t) -> a.key(everyOtherKey(p))),
                refused(
                        "panels with dims fastest",
                        f16,
                        (a, p, t) -> a.key(
                                Tensors.copy(panels(p).permute(0, 1, 2, 4, 3)).permute(0, 1, 2, 4, 3))),
                refused("values in panels", f16, (a, p, t) -> a.value(panels(p))),
                refused("a sequence that begins within a panel", f16, (a, p, t) -> {
                    a.query(p.query().slice(0, 0, 1)).output(t.output().slice(0, 0, 1));
                    a.logSumExp(t.logSumExp().slice(0, 0, 1));
                    a.key(panels(p).slice(0, 0, 1)).value(p.value().slice(0, 0, 1));
                    a.lengths(new SequenceLengths(2).queryStarts(0, 2, 5).kvStarts(0, 1, 20));
                }));
    }

    private static int width(Problem problem) {
        return problem.spec().keyLayout() instanceof KeyLayout.Panels(int width) ? width : 1;
    }

    private static Tensor panels(Problem problem) {
        return Stored.panels(problem.key(), width(problem), Double.NaN);
    }

    private static Tensor everyOtherKey(Problem problem) {
        Tensor wide = Stored.panels(problem.key(), 2 * width(problem), Double.NaN);
        int[] shape = wide.shape();
        shape[4] = width(problem);
        long[] strides = new long[5];
        Arrays.setAll(strides, axis -> axis == 4 ? 2 * wide.stride(4) : wide.stride(axis));
        return Tensor.strided(wide.segment(), wide.type(), 0, shape, strides);
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
                .kvType(ElementType.INT8)
                .keyLayout(KeyLayout.panels(3))
                .build();
        if (backend.support(spec) instanceof Support.Unsupported obstacles) {
            assertFalse(obstacles.reasons().isEmpty(), "an unsupported spec needs a reason");
            assertThrows(
                    UnsupportedSpecException.class,
                    () -> backend.plan(spec, new heed.attention.AttentionSizes(1, 1, 1), PlanOptions.DEFAULT));
        }
    }

    private DynamicTest refused(String what, Spoil spoil) {
        return refused(what, () -> problem(QueryAlignment.TOP_LEFT), spoil);
    }

    private DynamicTest refused(String what, Storage storage, Spoil spoil) {
        AttentionSpec.Builder builder = AttentionSpec.builder(4, 32).kvHeads(2);
        return refused(
                what + ", " + storage, () -> Problem.random(storage.spec(available(), builder), 2, 5, 20, 102), spoil);
    }

    private DynamicTest refused(String what, Supplier<Problem> given, Spoil spoil) {
        return DynamicTest.dynamicTest(what, () -> {
            Problem problem = given.get();
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
