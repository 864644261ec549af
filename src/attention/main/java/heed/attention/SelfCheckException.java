package heed.attention;

/// A [SelfCheck] found a wrong row: what the run wrote is not to be used, what it merged into included.
public final class SelfCheckException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Mismatch mismatch;

    SelfCheckException(Mismatch mismatch, String consequence) {
        super(mismatch + "; discard the run's output" + consequence);
        this.mismatch = mismatch;
    }

    /// The row, the worst if the run had several.
    public Mismatch mismatch() {
        return mismatch;
    }
}
