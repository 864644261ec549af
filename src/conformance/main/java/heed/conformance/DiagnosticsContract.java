package heed.conformance;

import static heed.attention.ExtraOutput.COLUMN_MASS;
import static heed.attention.ExtraOutput.ENTROPY;
import static heed.attention.ExtraOutput.MAX_SCORE;
import static heed.attention.ExtraOutput.SUM_OF_SQUARES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Diagnostics;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Diagnostics: those of the reference, and the same output and log-sum-exp as without them.
///
/// A probability errs by `ω` relatively, as in [Duel]: scores of `d` products of normal numbers, spread 2, are
/// within 60, `n` weights are summed. An entropy is a sum of such times logarithms of at most `ln n + 120`, a
/// largest score is one score, a column's mass is a sum of rows.
public interface DiagnosticsContract extends BackendContract {
    /// The tensors of a run, by the names of [heed.attention.ExtraOutput], and `OUTPUT`.
    record Results(Map<String, Tensor> tensors) {
        Tensor get(String name) {
            return Objects.requireNonNull(tensors.get(name), name);
        }
    }

    /// Prefill and decode, splits, groups, masks with empty rows, a sink, quantised keys.
    @TestFactory
    default Stream<DynamicTest> diagnosticsOfTheReference() {
        Stream<AttentionSpec> specs = Stream.of(
                builder().build(),
                builder().mask(Mask.causal()).sink().build(),
                builder().mask(Mask.slidingWindow(30, 0)).softcap(4).build(),
                builder().mask(Mask.booleanTensor()).build(),
                builder().kvType(ElementType.INT8).mask(Mask.causal()).build());
        return specs.flatMap(spec -> Stream.of(
                        new int[] {1, 3}, new int[] {3, 4500}, new int[] {70, 290}, new int[] {40, 9})
                .map(lens -> DynamicTest.dynamicTest(
                        "%s sink=%s softcap=%s %s %d/%d"
                                .formatted(spec.mask(), spec.sink(), spec.softcap(), spec.kvType(), lens[0], lens[1]),
                        () -> check(spec, lens[0], lens[1]))));
    }

    /// The lowest finite number as a mask: such a row sees all keys alike, and its neighbours are as they were.
    @Test
    default void rowsMaskedByTheLowestNumberHaveMasses() {
        AttentionSpec spec = builder().mask(Mask.additiveTensor()).build();
        AttentionBackend backend = computing(spec);
        Problem problem = Problem.random(spec, 1, 40, 70, 92);
        Tensor bias = problem.bias().orElseThrow();
        Tensors.forEach(bias.shape(), at -> bias.set(at[2] % 5 == 2 ? -Float.MAX_VALUE : 0, at));
        Results wanted = run(Attention.load().backend("reference"), problem);
        Results got = run(backend, problem);
        // a probability errs by less than 2^-12 with scores of up to 60
        compare("COLUMN_MASS", wanted, got, 40 * 0x1p-12, problem);
        compare("SUM_OF_SQUARES", wanted, got, 2 * 0x1p-12, problem);
    }

    /// Bits depend on neither threads nor the sizes of the plan.
    @Test
    default void diagnosticsAreTheSameForAnyPlan() {
        AttentionSpec spec = builder().mask(Mask.slidingWindow(100, 0)).build();
        AttentionBackend backend = computing(spec);
        Problem problem = Problem.random(spec, 1, 301, 350, 91);
        Results one = run(backend, problem, new AttentionSizes(1, 301, 350), 1);
        for (int threads : new int[] {2, 3, 8}) {
            Results other = run(backend, problem, new AttentionSizes(1, 300 * threads + 1, 900), threads);
            for (String name : one.tensors.keySet()) {
                Tensor a = one.get(name);
                Tensor b = other.get(name);
                Tensors.forEach(
                        a.shape(),
                        at -> assertEquals(
                                a.get(at), b.get(at), () -> name + Arrays.toString(at) + " threads=" + threads));
            }
        }
    }

    private static AttentionSpec.Builder builder() {
        return AttentionSpec.builder(4, 16)
                .kvHeads(2)
                .extraOutput(ENTROPY)
                .extraOutput(MAX_SCORE)
                .extraOutput(SUM_OF_SQUARES)
                .extraOutput(COLUMN_MASS)
                .sinkMass(4)
                .windowMass(20);
    }

    private void check(AttentionSpec spec, int queryLen, int kvLen) {
        AttentionBackend backend = computing(spec);
        Problem problem = Problem.random(spec, 2, queryLen, kvLen, 90);
        Results wanted = run(Attention.load().backend("reference"), problem);
        Results got = run(backend, problem);
        double unit = 0x1p-24;
        double omega = 4 * (16 + 4) * unit * 60 + (kvLen + 8) * unit;
        compare("ENTROPY", wanted, got, omega * (Math.log(kvLen) + 120), problem);
        compare("MAX_SCORE", wanted, got, 4 * (16 + 4) * unit * 60, problem);
        for (String mass : new String[] {"SUM_OF_SQUARES", "SINK_MASS", "WINDOW_MASS"}) {
            compare(mass, wanted, got, 2 * omega, problem);
        }
        compare("COLUMN_MASS", wanted, got, omega * queryLen, problem);
        sameBits(problem, got.get("OUTPUT"), backend);
    }

    private static Results run(AttentionBackend backend, Problem problem) {
        return run(backend, problem, problem.sizes(), PlanOptions.DEFAULT.threads());
    }

    private static Results run(AttentionBackend backend, Problem problem, AttentionSizes sizes, int threads) {
        PartialOutput room = problem.room();
        int[] rows = room.logSumExp().shape();
        Results results = new Results(new LinkedHashMap<>());
        for (String name : new String[] {"ENTROPY", "MAX_SCORE", "SUM_OF_SQUARES", "SINK_MASS", "WINDOW_MASS"}) {
            results.tensors.put(name, Tensors.filled(Double.NaN, ElementType.F32, rows));
        }
        int kvLen = Arrays.stream(problem.kvLens()).max().orElseThrow();
        results.tensors.put(
                "COLUMN_MASS", Tensors.filled(Double.NaN, ElementType.F32, problem.batch(), rows[1], kvLen));
        results.tensors.put("OUTPUT", room.output());
        AttentionArguments arguments = problem.arguments(room)
                .diagnostics(new Diagnostics()
                        .entropy(results.get("ENTROPY"))
                        .maxScore(results.get("MAX_SCORE"))
                        .sumOfSquares(results.get("SUM_OF_SQUARES"))
                        .sinkMass(results.get("SINK_MASS"))
                        .windowMass(results.get("WINDOW_MASS"))
                        .columnMass(results.get("COLUMN_MASS")));
        try (AttentionPlan plan = backend.plan(problem.spec(), sizes, PlanOptions.DEFAULT.withThreads(threads))) {
            plan.run(arguments);
        }
        return results;
    }

    private static void compare(String name, Results wanted, Results got, double allowed, Problem problem) {
        Tensor right = wanted.get(name);
        Tensor actual = got.get(name);
        Tensors.forEach(right.shape(), at -> {
            double a = right.get(at);
            double b = actual.get(at);
            if (a != b && !(Math.abs(a - b) <= allowed + Math.ulp((float) a))) {
                fail("%s%s is %s, reference %s: allowed %.3g; %s"
                        .formatted(name, Arrays.toString(at), b, a, allowed, problem));
            }
        });
    }

    private static void sameBits(Problem problem, Tensor output, AttentionBackend backend) {
        AttentionSpec plain = AttentionSpec.builder(4, 16)
                .kvHeads(2)
                .kvType(problem.spec().kvType())
                .mask(problem.spec().mask())
                .softcap(problem.spec().softcap())
                .logSumExp()
                .build();
        AttentionSpec without = problem.spec().sink() ? plain.toBuilder().sink().build() : plain;
        Tensor same = problem.withSpec(without).run(backend).output();
        Tensors.forEach(
                same.shape(), at -> assertEquals(same.get(at), output.get(at), () -> Arrays.toString(at) + problem));
    }
}
