package heed.cli.bench.features;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Diagnostics;
import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import heed.cli.bench.Computation;
import heed.cli.bench.InTurn;
import heed.cli.bench.ShapeData;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A run that writes diagnostics against one that does not.
///
/// Besides the output's rows, every diagnostic of the last head is held against the reference. A probability errs by
/// `ω` relatively, so `−Σ p ln p` by `ω (ln n + 2 s)` with scores of at most `s`, a largest score by one score's
/// error, `Σ p²` by `2 ω`, and a column's mass, a sum of probabilities, by `ω` of the largest.
final class DiagnosticRun {
    private final Setting setting;
    private final BenchShape shape;
    private final ShapeData data;
    private final LastHead head;
    private final List<ExtraOutput> outputs;

    DiagnosticRun(Setting setting, BenchShape shape, List<ExtraOutput> outputs) {
        this.setting = setting;
        this.shape = shape;
        this.outputs = outputs;
        data = setting.data(shape);
        head = new LastHead(shape, data);
    }

    Pair open() {
        AttentionSpec plain = shape.spec(KeyLayout.rows());
        Map<ExtraOutput, Tensor> tensors = tensors(shape.queryHeads());
        Runnable feature = run(asking(plain.toBuilder()), arguments().diagnostics(diagnostics(tensors)));
        return new Pair(feature, run(plain, arguments()), () -> {
            data.forgetOutput();
            tensors.values().forEach(tensor -> tensor.segment().fill((byte) 0xff));
            feature.run();
            return Prefill.checked(setting, data, Computation.of(shape), shape).worse(checked(tensors));
        });
    }

    private AttentionArguments arguments() {
        return data.arguments(KeyLayout.rows()).getFirst();
    }

    private Runnable run(AttentionSpec spec, AttentionArguments arguments) {
        return new InTurn(setting.plan(spec, shape.sizes()), List.of(arguments));
    }

    private AttentionSpec asking(AttentionSpec.Builder builder) {
        outputs.forEach(builder::extraOutput);
        return builder.build();
    }

    private Map<ExtraOutput, Tensor> tensors(int heads) {
        Map<ExtraOutput, Tensor> tensors = new EnumMap<>(ExtraOutput.class);
        for (ExtraOutput output : outputs) {
            int len = output == ExtraOutput.COLUMN_MASS ? shape.kvLen() : shape.queryLen();
            tensors.put(output, data.tensor(ElementType.F32, 1, heads, len));
        }
        return tensors;
    }

    private static Diagnostics diagnostics(Map<ExtraOutput, Tensor> tensors) {
        Diagnostics diagnostics = new Diagnostics();
        tensors.forEach((output, tensor) -> {
            switch (output) {
                case ENTROPY -> diagnostics.entropy(tensor);
                case MAX_SCORE -> diagnostics.maxScore(tensor);
                case SUM_OF_SQUARES -> diagnostics.sumOfSquares(tensor);
                case COLUMN_MASS -> diagnostics.columnMass(tensor);
                case LOG_SUM_EXP, SINK_MASS, WINDOW_MASS ->
                    throw new IllegalArgumentException("not measured: " + output);
            }
        });
        return diagnostics;
    }

    private Verdict checked(Map<ExtraOutput, Tensor> tensors) {
        Map<ExtraOutput, Tensor> expected = tensors(1);
        AttentionSpec spec = asking(LastHead.spec(shape.spec(KeyLayout.rows())));
        Tensor output = data.tensor(ElementType.F32, 1, 1, shape.queryLen(), shape.headDim());
        AttentionSizes sizes = shape.sizes();
        try (AttentionPlan plan = setting.reference().plan(spec, sizes, PlanOptions.DEFAULT)) {
            plan.run(head.arguments().output(output).diagnostics(diagnostics(expected)));
        }
        return outputs.stream()
                .map(what -> verdict(
                        what,
                        head.of(java.util.Objects.requireNonNull(tensors.get(what))),
                        java.util.Objects.requireNonNull(expected.get(what))))
                .reduce(Verdict::worse)
                .orElseThrow();
    }

    private Verdict verdict(ExtraOutput output, Tensor got, Tensor expected) {
        double omega = head.weightError();
        double tolerance = switch (output) {
            case ENTROPY -> omega * (Math.log(shape.kvLen()) + 2 * head.score());
            case MAX_SCORE -> head.scoreError();
            case SUM_OF_SQUARES, SINK_MASS, WINDOW_MASS -> 2 * omega;
            case COLUMN_MASS -> omega * LastHead.largest(expected);
            case LOG_SUM_EXP -> head.scoreError() + omega;
        };
        return new Verdict(LastHead.difference(got, expected), tolerance);
    }
}
