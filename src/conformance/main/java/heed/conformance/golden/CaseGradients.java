package heed.conformance.golden;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The gradients of a case.
final class CaseGradients {
    private final GoldenCase golden;
    private final AttentionSpec spec;
    private final Arena arena;
    private final List<CaseRun.Result> results = new ArrayList<>();

    CaseGradients(GoldenCase golden, AttentionSpec spec, Arena arena) {
        this.golden = golden;
        this.spec = spec;
        this.arena = arena;
    }

    /// Runs the gradient of a forward run.
    List<CaseRun.Result> on(AttentionBackend backend, AttentionSizes sizes, AttentionArguments forward)
            throws IOException {
        CaseTensor cotangent = golden.input("dout");
        GradientArguments gradients = new GradientArguments()
                .output(AxisOrder.logical(cotangent.load(arena), cotangent.axes(), spec.queryHeads()));
        give("dq", spec.queryHeads(), gradients::query);
        give("dk", spec.kvHeads(), gradients::key);
        give("dv", spec.kvHeads(), gradients::value);
        give("dmask", spec.queryHeads(), gradients::bias);
        give("dsinks", spec.queryHeads(), gradients::sink);
        try (GradientPlan plan = backend.planGradient(spec, sizes, PlanOptions.DEFAULT)) {
            plan.run(forward, gradients);
        }
        return results;
    }

    private void give(String name, int heads, Consumer<Tensor> taker) throws IOException {
        if (golden.expected().containsKey(name)) {
            ElementType type = spec.queryType() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
            CaseRun.Result result = CaseRun.Result.of(golden, name, type, false, heads, arena);
            results.add(result);
            taker.accept(result.actual());
        }
    }
}
