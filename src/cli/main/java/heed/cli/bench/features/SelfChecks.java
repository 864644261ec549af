package heed.cli.bench.features;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import heed.attention.SelfCheck;
import heed.cli.bench.BenchShape;
import heed.cli.bench.InTurn;
import heed.cli.bench.RowCheck;
import heed.cli.bench.ShapeData;
import java.util.List;

/// Runs of which a share of the rows is computed again in double, against the same runs unchecked: both through a
/// session of the backend. What is timed is as many runs as have one checked row between them: the median of single
/// decode steps, of which one in hundreds is checked, would tell nothing.
///
/// @param rows one in so many
record SelfChecks(BenchShape shape, long rows) {
    /// Runs that are timed together.
    long runs() {
        return Math.max(1, rows / ((long) shape.batch() * shape.queryHeads() * shape.queryLen()));
    }

    Pair open(Setting setting) {
        ShapeData data = setting.data(shape);
        KeyLayout layout = setting.layout(shape.spec(KeyLayout.rows()), shape.kvLen());
        List<AttentionArguments> arguments = data.arguments(layout);
        AttentionPlan plan = plan(setting, shape.spec(layout), SelfCheck.oneRowIn(rows));
        AttentionPlan base = plan(setting, shape.spec(layout), SelfCheck.OFF);
        return new Pair(together(new InTurn(plan, arguments)), together(new InTurn(base, arguments)), () -> {
            RowCheck check = new RowCheck(shape, data, setting.reference());
            data.forgetOutput();
            plan.run(arguments.getFirst());
            return new Verdict(check.maxError(data.output()), check.tolerance());
        });
    }

    private Runnable together(Runnable run) {
        return () -> {
            for (long n = runs(); n > 0; n--) {
                run.run();
            }
        };
    }

    private AttentionPlan plan(Setting setting, AttentionSpec spec, SelfCheck check) {
        AttentionPlan plan = Attention.of(List.of(setting.backend()))
                .plan(spec, shape.sizes(), setting.options().withSelfCheck(check));
        setting.onClose(plan::close);
        return plan;
    }
}
