package heed.cli;

/// How a command ends.
public final class Exit {
    /// Done.
    public static final int DONE = 0;
    /// A check failed.
    public static final int FAILED = 1;
    /// Usage or input error.
    public static final int USAGE = 2;

    private Exit() {}
}
