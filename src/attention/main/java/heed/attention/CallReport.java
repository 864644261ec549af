package heed.attention;

/// What one run did, written by the run into the caller's reusable object.
public final class CallReport {
    private String backend = "";
    private long nanos;
    private long flops;
    private long bytes;
    private boolean countsNonFinite;
    private long nonFiniteRows;
    private long rowsChecked;
    private long rowsMismatched;

    /// A report of no run yet.
    public CallReport() {}

    /// Name of the backend that ran; empty before the first run.
    public String backend() {
        return backend;
    }

    /// Wall-clock nanoseconds, waiting for a workspace and self-checks not included.
    public long nanos() {
        return nanos;
    }

    /// `2 · queryHeads · (headDim + valueDim)` for each pair that the mask's intervals allow. Tensors and
    /// expressions are not counted out.
    public long flops() {
        return flops;
    }

    /// Bytes of query, key, value, their scales and output, each read or written once.
    public long bytes() {
        return bytes;
    }

    /// Billions of floating-point operations per second.
    public double gflops() {
        return (double) flops / nanos;
    }

    /// Operations for each byte moved: left of the ridge of a machine's roofline, memory bounds a run, right of
    /// it arithmetic (Williams et al. 2009).
    public double intensity() {
        return (double) flops / bytes;
    }

    /// The share of what a machine could do of this run: its operations a second over the lower of the two roofs.
    ///
    /// @param fmaGflops the machine's arithmetic, in 10⁹ operations a second
    /// @param readGbps its memory, in 10⁹ bytes a second
    public double shareOfRoof(double fmaGflops, double readGbps) {
        return gflops() / Math.min(fmaGflops, intensity() * readGbps);
    }

    /// Makes runs count the output rows that hold NaN or ±∞: one more look at the output.
    public CallReport countNonFiniteRows() {
        countsNonFinite = true;
        return this;
    }

    /// Output rows of the last run that hold NaN or ±∞; 0 unless [#countNonFiniteRows] was called.
    public long nonFiniteRows() {
        return nonFiniteRows;
    }

    /// Output rows of the last run that a [SelfCheck] computed again and judged.
    public long rowsChecked() {
        return rowsChecked;
    }

    /// Those of them that were wrong.
    public long rowsMismatched() {
        return rowsMismatched;
    }

    void recordCheck(long checked, long mismatched) {
        rowsChecked = checked;
        rowsMismatched = mismatched;
    }

    void record(String name, long elapsed, AttentionCall call) {
        backend = name;
        nanos = elapsed;
        flops = CallCost.flops(call);
        bytes = CallCost.bytes(call);
        nonFiniteRows = countsNonFinite ? nonFiniteRows(call) : 0;
        recordCheck(0, 0);
    }

    private static long nonFiniteRows(AttentionCall call) {
        long count = 0;
        for (int b = 0; b < call.batch(); b++) {
            for (int h = 0; h < call.spec().queryHeads(); h++) {
                for (int i = 0; i < call.queryLen(b); i++) {
                    count += isFinite(call.output(), call.outputAt(b, h, i)) ? 0 : 1;
                }
            }
        }
        return count;
    }

    private static boolean isFinite(Tensor output, long at) {
        for (int d = 0; d < output.size(3); d++) {
            if (!Double.isFinite(output.type().read(output.segment(), at + d * output.stride(3)))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "%s: %.3f ms, %.1f GFLOP/s, %d bytes".formatted(backend, nanos / 1e6, gflops(), bytes);
    }
}
