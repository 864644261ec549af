package heed.attention;

/// A matrix product that refuses wrong arguments at the door; runs of several threads take turns.
public abstract class CheckedGemmPlan implements GemmPlan {
    private final Tensor b;
    private final int maxRows;
    private boolean closed;

    /// Checks the fixed matrix.
    protected CheckedGemmPlan(Tensor b, int maxRows) {
        if (b.rank() != 2) {
            throw Checks.refusal("b must be a matrix [k, n]: b=%s", b);
        }
        if (b.type() != ElementType.F32 && b.type() != ElementType.F64) {
            throw Checks.refusal("b must have elements of type F32 or F64: b=%s", b);
        }
        Door.readable("b", b);
        this.b = b;
        this.maxRows = Checks.notNegative("maxRows", maxRows);
    }

    /// Computes the product of checked arguments.
    protected abstract void execute(double alpha, Tensor a, double beta, Tensor c);

    /// Frees the workspace.
    protected abstract void free();

    /// The fixed matrix.
    protected final Tensor b() {
        return b;
    }

    /// Whether any thread may touch `a` and `c`; if not, only the calling one.
    protected static boolean isShared(Tensor a, Tensor c) {
        return Door.isShared(a) && Door.isShared(c);
    }

    @Override
    public final synchronized void run(double alpha, Tensor a, double beta, Tensor c) {
        if (closed) {
            throw new IllegalStateException("the plan is closed: make a new one");
        }
        if (a.rank() != 2) {
            throw Checks.refusal("a must be a matrix [m, k]: a=%s", a);
        }
        if (a.size(0) > maxRows) {
            throw Checks.refusal("a must fit the plan's %d rows: a=%s", maxRows, a);
        }
        Door.shape("a", a, "[m, k]", a.size(0), b.size(0));
        Door.shape("c", c, "[m, n]", a.size(0), b.size(1));
        Door.type("a", a, b.type());
        Door.type("c", c, b.type());
        if (Double.isNaN(alpha) || Double.isNaN(beta)) {
            throw Checks.refusal("factors must be numbers: alpha=%s, beta=%s", alpha, beta);
        }
        Door.readable("a", a);
        Door.readable("b", b);
        Door.writable("c", c);
        Door.apart("c", c, "a", a);
        Door.apart("c", c, "b", b);
        execute(alpha, a, beta, c);
    }

    @Override
    public final synchronized void close() {
        if (!closed) {
            closed = true;
            free();
        }
    }
}
