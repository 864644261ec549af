package heed.cli.bench;

/// One measured line. The components are the fields of the JSON.
///
/// @param keyLayout `rows` or `panels`: what was measured, where the shape asked for what the backend prefers
/// @param runs measurements behind the quantiles
/// @param noisePercent what lies between the tenths, in percent of the median
/// @param gbps bytes of [BenchShape#bytes] per nanosecond
/// @param percentOfFma of the multiply-add ceiling with these threads; that of f64 is half that of f32
/// @param percentOfRead of the read ceiling with these threads
/// @param percentOfRoof of the lowest of what both ceilings and the conversion of stored types allow
/// @param roof which of these is the lowest: `fma`, `read` or `conversion`
/// @param caches caches that the runs took in turn
/// @param workspaceBytes what the plan holds
/// @param allocatedBytes what a run allocated on the heap
/// @param maxError largest difference from the reference over the sampled rows
/// @param tolerance what it may be
public record BenchRow(
        String backend,
        String phase,
        int threads,
        int batch,
        int queryHeads,
        int kvHeads,
        int queryLen,
        int kvLen,
        int headDim,
        int valueDim,
        boolean causal,
        String kvType,
        String keyLayout,
        int runs,
        long medianNs,
        long p10Ns,
        long p90Ns,
        double noisePercent,
        double gflops,
        double gbps,
        double percentOfFma,
        double percentOfRead,
        double percentOfRoof,
        String roof,
        int caches,
        long workspaceBytes,
        long allocatedBytes,
        double maxError,
        double tolerance) {

    /// Whether the result is right; NaN never is.
    public boolean passes() {
        return maxError <= tolerance;
    }
}
