package heed.cli.bench.features;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.KeyLayout;
import heed.cli.bench.BenchShape;
import heed.cli.bench.Computation;
import heed.cli.bench.InTurn;
import heed.cli.bench.RowCheck;
import heed.cli.bench.ShapeData;
import java.util.List;

/// Two computations over the same query, key and value.
///
/// @param shape sizes
/// @param feature the one whose result is checked
/// @param base the other
record Prefill(BenchShape shape, Computation feature, Computation base) {
    Pair open(Setting setting) {
        ShapeData data = setting.data(shape);
        Runnable run = runs(setting, data, feature);
        return new Pair(run, runs(setting, data, base), () -> {
            data.forgetOutput();
            run.run();
            return checked(setting, data, feature, shape);
        });
    }

    /// Runs of `what` over `data`.
    private Runnable runs(Setting setting, ShapeData data, Computation what) {
        AttentionPlan plan = setting.plan(what.spec(), shape.sizes());
        AttentionArguments arguments = data.arguments(KeyLayout.rows()).getFirst();
        what.whole().accept(arguments);
        return new InTurn(plan, List.of(arguments));
    }

    /// What `data` holds as output against the reference's rows.
    static Verdict checked(Setting setting, ShapeData data, Computation what, BenchShape shape) {
        RowCheck check = new RowCheck(what, shape, data, setting.reference());
        return new Verdict(check.maxError(data.output()), check.tolerance());
    }
}
