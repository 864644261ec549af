package heed.attention;

/// What one run did, written by the run into the caller's reusable object.
public final class CallReport {
    private String backend = "";
    private long nanos;
    private long flops;
    private long bytes;

    /// A report of no run yet.
    public CallReport() {}

    /// Name of the backend that ran; empty before the first run.
    public String backend() {
        return backend;
    }

    /// Wall-clock nanoseconds, waiting for a workspace not included.
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

    void record(String name, long elapsed, long operations, long moved) {
        backend = name;
        nanos = elapsed;
        flops = operations;
        bytes = moved;
    }

    @Override
    public String toString() {
        return "%s: %.3f ms, %.1f GFLOP/s, %d bytes".formatted(backend, nanos / 1e6, gflops(), bytes);
    }
}
