package heed.cli.bench;

/// What was measured of one backend, shape and number of threads, before the ceilings are final.
///
/// @param shape what was computed, `panels` only if the keys were in panels
/// @param caches caches that the runs took in turn
/// @param workspaceBytes what the plan held
/// @param maxError largest difference from the reference
/// @param tolerance what it may be
record Measurement(
        String backend,
        int threads,
        BenchShape shape,
        Timing timing,
        int caches,
        long workspaceBytes,
        double maxError,
        double tolerance) {

    /// The row, in percent of `ceiling`.
    BenchRow against(Ceiling ceiling) {
        double gflops = (double) shape.flops() / timing.medianNs();
        double gbps = (double) shape.bytes() / timing.medianNs();
        Roof roof = Roof.of(shape, ceiling);
        return new BenchRow(
                backend,
                shape.phase().toString(),
                threads,
                shape.batch(),
                shape.queryHeads(),
                shape.kvHeads(),
                shape.queryLen(),
                shape.kvLen(),
                shape.headDim(),
                shape.headDim(),
                shape.causal(),
                ShapeSyntax.word(shape.kvType()),
                shape.panels() ? "panels" : "rows",
                timing.runs(),
                timing.medianNs(),
                timing.p10Ns(),
                timing.p90Ns(),
                timing.noisePercent(),
                gflops,
                gbps,
                100 * gflops / roof.fma(),
                100 * gbps / ceiling.readGbps(),
                100 * gflops / roof.gflops(),
                roof.limit().toString(),
                caches,
                workspaceBytes,
                timing.allocatedBytes(),
                maxError,
                tolerance);
    }
}
