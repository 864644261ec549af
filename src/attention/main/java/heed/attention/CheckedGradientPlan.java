package heed.attention;

import java.util.concurrent.locks.ReentrantLock;

/// A gradient plan that refuses wrong arguments at the door; runs wait for each other. Backends extend it with
/// the arithmetic alone.
public abstract class CheckedGradientPlan implements GradientPlan {
    private final String backend;
    private final AttentionSpec spec;
    private final AttentionSizes sizes;
    private final GradientCall call;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /// For runs of `spec` up to `sizes`.
    protected CheckedGradientPlan(String backend, AttentionSpec spec, AttentionSizes sizes) {
        this.backend = backend;
        this.spec = spec;
        this.sizes = sizes;
        call = new GradientCall(new AttentionCall(spec, sizes));
    }

    /// Computes `call`; one at a time.
    protected abstract void execute(GradientCall call);

    @Override
    public final AttentionSpec spec() {
        return spec;
    }

    @Override
    public final AttentionSizes sizes() {
        return sizes;
    }

    @Override
    public final String backend() {
        return backend;
    }

    @Override
    public final void run(AttentionArguments forward, GradientArguments gradients) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the plan is closed: make a new one");
            }
            call.bind(forward, gradients);
            execute(call);
        } finally {
            call.release();
            lock.unlock();
        }
    }

    @Override
    public final void close() {
        lock.lock();
        closed = true;
        lock.unlock();
    }

    /// What every backend needs of a spec to differentiate it.
    public static Support.Check support(AttentionSpec spec) {
        return new Support.Check()
                .require(spec.hasLogSumExp(), "extraOutputs", spec.extraOutputs(), "with LOG_SUM_EXP")
                .require(spec.kvType().isFloating(), "kvType", spec.kvType(), "floating-point types")
                .require(!spec.isPaged(), "pageLen", spec.pageLen(), "0")
                .require(spec.keyLayout() instanceof KeyLayout.Rows, "keyLayout", spec.keyLayout(), "Rows")
                .require(spec.extraOutputs().size() <= 1, "extraOutputs", spec.extraOutputs(), "LOG_SUM_EXP alone")
                .require(spec.scoreStage().isEmpty(), "scoreStage", spec.scoreStage(), "none");
    }
}
