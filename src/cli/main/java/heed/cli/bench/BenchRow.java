package heed.cli.bench;

import heed.attention.ElementType;
import java.util.Locale;

/// One measured line. The components are the fields of the JSON.
///
/// @param gbps bytes of [BenchShape#bytes] per nanosecond
/// @param percentOfFma of the multiply-add ceiling with these threads; that of f64 is half that of f32
/// @param percentOfRead of the read ceiling with these threads
/// @param percentOfRoof of the lower of what the two ceilings allow: the roofline
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
        long medianNs,
        long p10Ns,
        long p90Ns,
        double gflops,
        double gbps,
        double percentOfFma,
        double percentOfRead,
        double percentOfRoof,
        long allocatedBytes,
        double maxError,
        double tolerance) {

    /// What was measured, before the ceilings are final.
    record Measured(String backend, int threads, BenchShape shape, Timing timing, double maxError, double tolerance) {
        BenchRow against(Ceiling ceiling) {
            double gflops = (double) shape.flops() / timing.medianNs();
            double gbps = (double) shape.bytes() / timing.medianNs();
            double fma = shape.type() == ElementType.F64 ? ceiling.fmaGflops() / 2 : ceiling.fmaGflops();
            double roof = Math.min(fma, ceiling.readGbps() * shape.flops() / shape.bytes());
            return new BenchRow(
                    backend,
                    shape.phase().toString(),
                    threads,
                    1,
                    shape.queryHeads(),
                    shape.kvHeads(),
                    shape.queryLen(),
                    shape.kvLen(),
                    shape.headDim(),
                    shape.headDim(),
                    shape.causal(),
                    shape.type().name().toLowerCase(Locale.ROOT),
                    "rows",
                    timing.medianNs(),
                    timing.p10Ns(),
                    timing.p90Ns(),
                    gflops,
                    gbps,
                    100 * gflops / fma,
                    100 * gbps / ceiling.readGbps(),
                    100 * gflops / roof,
                    timing.allocatedBytes(),
                    maxError,
                    tolerance);
        }
    }

    /// Whether the result is right; NaN never is.
    public boolean passes() {
        return maxError <= tolerance;
    }
}
