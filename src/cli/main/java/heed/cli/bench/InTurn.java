package heed.cli.bench;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import java.util.List;

/// A plan that runs over one of several arguments each time, the next one the next time.
public final class InTurn implements Runnable {
    private final AttentionPlan plan;
    private final AttentionArguments[] arguments;
    private int next;

    /// Begins with the first of `arguments`.
    public InTurn(AttentionPlan plan, List<AttentionArguments> arguments) {
        this.plan = plan;
        this.arguments = arguments.toArray(AttentionArguments[]::new);
    }

    @Override
    public void run() {
        plan.run(arguments[next]);
        next = next + 1 < arguments.length ? next + 1 : 0;
    }
}
