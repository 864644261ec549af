package heed.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A problem and random cotangents of its results.
///
/// With `u` the unit of the arithmetic, a gradient is a sum over the pairs of a row or a column of products of
/// a probability, which errs by `ω` relatively ([Duel]'s bound, with scores of size `s` over `d` products), and
/// of cotangents and values of at most `g`. So an element may be off by
///
/// ```
/// 4 · ((headDim + 4) · u · s + (keys + rows + valueDim + 16) · u) · largest sum of its absolute terms
/// ```
///
/// of which the last is taken as the largest element of the gradient times 8: terms that cancel are no larger
/// than that in these problems of independent normal numbers.
final class GradientProblem {
    static final List<String> NAMES = List.of("query", "key", "value", "sink", "bias");

    final Problem problem;
    final Tensor cotangent;
    final Tensor lseCotangent;
    private final Tensor slopes;

    GradientProblem(AttentionSpec spec, int queryLen, int kvLen) {
        this(Problem.random(spec, 2, queryLen, kvLen, 80));
    }

    GradientProblem(Problem problem) {
        this.problem = problem;
        int[] shape = problem.query().shape();
        Random random = new Random(82);
        AttentionSpec spec = problem.spec();
        ElementType type = spec.queryType();
        cotangent = Tensors.normal(random, 1, type, shape[0], shape[1], shape[2], spec.valueDim());
        lseCotangent = Tensors.normal(random, 1, type, shape[0], shape[1], shape[2]);
        slopes = Tensors.normal(random, 0.1, type, shape[1]);
    }

    AttentionArguments arguments(PartialOutput room) {
        AttentionArguments arguments = problem.arguments(room);
        return problem.spec().mask().has(Mask.Alibi.class) ? arguments.alibiSlopes(slopes) : arguments;
    }

    /// The gradients of [#NAMES], as far as there are such inputs, after a forward run.
    Tensor[] on(AttentionBackend backend, int threads) {
        PlanOptions options = PlanOptions.DEFAULT.withThreads(threads);
        AttentionArguments forward = forward(backend);
        try (GradientPlan plan = backend.planGradient(problem.spec(), problem.sizes(), options)) {
            return on(plan, forward);
        }
    }

    /// The arguments of a forward run that has been.
    AttentionArguments forward(AttentionBackend backend) {
        AttentionArguments forward = arguments(problem.room());
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
            plan.run(forward);
        }
        return forward;
    }

    /// The gradients once the forward run has been.
    Tensor[] on(GradientPlan plan, AttentionArguments forward) {
        List<Tensor> results = new ArrayList<>();
        plan.run(forward, gradients(results));
        return results.toArray(Tensor[]::new);
    }

    /// Room for them all, with the cotangents.
    GradientArguments gradients() {
        return gradients(new ArrayList<>());
    }

    private GradientArguments gradients(List<Tensor> results) {
        Tensor query = room(problem.query());
        Tensor key = room(problem.key());
        Tensor value = room(problem.value());
        GradientArguments gradients = new GradientArguments()
                .output(cotangent)
                .logSumExp(lseCotangent)
                .query(query)
                .key(key)
                .value(value);
        results.addAll(List.of(query, key, value));
        problem.sink().map(this::room).ifPresent(sink -> {
            gradients.sink(sink);
            results.add(sink);
        });
        problem.bias().map(this::room).ifPresent(bias -> {
            gradients.bias(bias);
            results.add(bias);
        });
        return gradients;
    }

    private Tensor room(Tensor of) {
        return Tensors.filled(Double.NaN, problem.spec().queryType(), of.shape());
    }

    /// `⟨cotangent, output⟩ + ⟨lseCotangent, lse⟩` with input `n` moved.
    double loss(AttentionBackend backend, int n, Tensor direction, double step) {
        Tensor[] inputs = {problem.query(), problem.key(), problem.value()};
        Tensor moved = Tensors.zeros(ElementType.F64, inputs[n].shape());
        Tensor input = inputs[n];
        Tensors.forEach(moved.shape(), at -> moved.set(input.get(at) + step * direction.get(at), at));
        inputs[n] = moved;
        PartialOutput result =
                problem.withTensors(inputs[0], inputs[1], inputs[2]).run(backend);
        double[] loss = {0};
        Tensors.forEach(
                cotangent.shape(),
                at -> loss[0] += cotangent.get(at) * result.output().get(at));
        Tensors.forEach(lseCotangent.shape(), at -> {
            double lse = result.logSumExp().get(at);
            loss[0] += lse == Double.NEGATIVE_INFINITY ? 0 : lseCotangent.get(at) * lse;
        });
        return loss[0];
    }

    /// Fails unless `got` is `wanted` within the bound; where that is not finite, exactly.
    void judge(Tensor[] wanted, Tensor[] got) {
        AttentionSpec spec = problem.spec();
        int rows = Arrays.stream(problem.queryLens()).max().orElseThrow() * spec.groupSize();
        int keys = Arrays.stream(problem.kvLens()).max().orElseThrow();
        double unit = spec.queryType() == ElementType.F64 ? 0x1p-53 : 0x1p-24;
        double scores = 8 * Math.abs(spec.softmaxScale()) * spec.headDim();
        double relative = (spec.headDim() + 4) * scores + keys + rows + spec.valueDim() + 16;
        for (int n = 0; n < wanted.length; n++) {
            compare(NAMES.get(n), wanted[n], got[n], 4 * unit * relative * 8 * largest(wanted[n]));
        }
    }

    private static double largest(Tensor tensor) {
        double[] largest = {0};
        Tensors.forEach(tensor.shape(), at -> {
            double size = Math.abs(tensor.get(at));
            largest[0] = Double.isFinite(size) ? Math.max(largest[0], size) : largest[0];
        });
        return largest[0];
    }

    private void compare(String name, Tensor wanted, Tensor got, double allowed) {
        Tensors.forEach(wanted.shape(), at -> {
            double expected = wanted.get(at);
            double error = Math.abs(expected - got.get(at));
            boolean same = Double.compare(expected, got.get(at)) == 0;
            if (!same && !(Double.isFinite(expected) && error <= allowed)) {
                fail("d%s%s is %s, reference %s: error %.3g, allowed %.3g; %s"
                        .formatted(name, Arrays.toString(at), got.get(at), expected, error, allowed, problem));
            }
        });
    }
}
