package heed.cli.bench.features;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import heed.cli.bench.InTurn;
import heed.cli.bench.ShapeData;
import java.util.List;

/// A gradient run against the forward run before it. It has five matrix products where that has two: two and a half
/// times the FLOPs.
///
/// The gradients of the last head are held against the reference. An element is a sum over the pairs of a row or a
/// column of products of a probability, which errs by `ω` relatively, so that it may be off by `4 · (ω + (n + headDim)
/// u)` of the largest sum of absolute terms: those of independent noise are taken as 8 times the largest element.
final class GradientRun {
    private static final double UNIT = 0x1p-24;

    /// FLOPs of a gradient over those of a forward run.
    static final double FLOPS = 2.5;

    private final Setting setting;
    private final BenchShape shape;
    private final ShapeData data;
    private final AttentionSpec spec;
    private final Tensor cotangent;
    private final List<Tensor> gradients;

    GradientRun(Setting setting, BenchShape shape) {
        this.setting = setting;
        this.shape = shape;
        data = setting.data(shape);
        spec = shape.spec(KeyLayout.rows()).toBuilder().logSumExp().build();
        // The query of another shape is noise as good as any.
        cotangent = setting.data(shape.withCausal(!shape.causal())).query();
        gradients = List.of(room(shape.queryHeads()), room(shape.queryHeads()), room(shape.queryHeads()));
    }

    /// Query, key and value have one shape here.
    private Tensor room(int heads) {
        return data.tensor(ElementType.F32, 1, heads, shape.queryLen(), shape.headDim());
    }

    Pair open() {
        AttentionArguments arguments = data.arguments(KeyLayout.rows())
                .getFirst()
                .logSumExp(data.tensor(ElementType.F32, 1, shape.queryHeads(), shape.queryLen()));
        AttentionPlan forward = setting.plan(spec, shape.sizes());
        GradientPlan backward = setting.backend().planGradient(spec, shape.sizes(), setting.options());
        setting.onClose(backward::close);
        // Before the first gradient, which reads what this writes.
        forward.run(arguments);
        Runnable feature = () -> backward.run(arguments, wanted(cotangent, gradients));
        return new Pair(feature, new InTurn(forward, List.of(arguments)), () -> {
            gradients.forEach(gradient -> gradient.segment().fill((byte) 0xff));
            feature.run();
            return checked();
        });
    }

    private static GradientArguments wanted(Tensor cotangent, List<Tensor> gradients) {
        return new GradientArguments()
                .output(cotangent)
                .query(gradients.get(0))
                .key(gradients.get(1))
                .value(gradients.get(2));
    }

    private Verdict checked() {
        LastHead head = new LastHead(shape, data);
        AttentionSpec one = LastHead.spec(spec).logSumExp().build();
        List<Tensor> expected = List.of(room(1), room(1), room(1));
        AttentionArguments arguments =
                head.arguments().output(room(1)).logSumExp(data.tensor(ElementType.F32, 1, 1, shape.queryLen()));
        try (GradientPlan plan = setting.reference().planGradient(one, shape.sizes(), PlanOptions.DEFAULT)) {
            plan.run(arguments, wanted(head.of(cotangent), expected));
        }
        double relative = head.weightError() + (shape.kvLen() + shape.headDim()) * UNIT;
        Verdict worst = new Verdict(0, 1);
        for (int n = 0; n < expected.size(); n++) {
            double tolerance = 4 * relative * 8 * LastHead.largest(expected.get(n));
            worst = worst.worse(
                    new Verdict(LastHead.difference(head.of(gradients.get(n)), expected.get(n)), tolerance));
        }
        return worst;
    }
}
