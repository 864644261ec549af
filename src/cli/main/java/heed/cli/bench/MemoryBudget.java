package heed.cli.bench;

import heed.cli.input.InputException;
import java.lang.management.ManagementFactory;

/// How much a benchmark may take of this machine: a shape that cannot be measured is refused before anything is.
///
/// @param bytes what the tensors of one shape may take together
/// @param exceeded bytes that decode's caches exceed together, if a run takes them in turn
public record MemoryBudget(long bytes, long exceeded) {
    /// FLOPs of a run beyond which none is tried: a quarter of an hour at 10¹² a second, and there are ten runs.
    private static final double MOST_FLOPS = 1e15;

    /// Half of what may be allocated off the heap here, so that a backend's workspace fits, too. The JVM allows as much
    /// as its largest heap, by default a quarter of the machine.
    ///
    /// @param exceeded as [#exceeded]
    public static MemoryBudget here(long exceeded) {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long most = Math.min(Runtime.getRuntime().maxMemory(), system.getTotalMemorySize());
        return new MemoryBudget(most / 2, exceeded);
    }

    /// Refuses a shape whose tensors do not fit, or that would run for hours. In double, since that does not overflow.
    ///
    /// @throws InputException saying how much it needs and how much there is
    public void check(BenchShape shape) {
        checkIndexes(shape);
        double heads = (double) shape.batch() * shape.kvHeads();
        double cache = 2 * heads * shape.kvLen() * shape.rowBytes();
        double caches = ShapeData.rotates(shape) ? cache + Math.max(cache, exceeded) : 2 * cache;
        double rows = (double) shape.batch() * shape.queryHeads() * shape.queryLen() * shape.headDim();
        double checked = rows / shape.queryLen() * Math.min(shape.queryLen(), SampledRows.MOST);
        double widened = 2.0 * shape.kvLen() * shape.headDim() * Float.BYTES;
        double needed = caches + (rows + 2 * checked) * Double.BYTES + widened;
        if (needed > bytes) {
            throw new InputException(
                    "the tensors of a shape must fit %d MiB here, half of what the JVM (-Xmx) and the machine allow: shape=%s, "
                            + "MiB=%.0f",
                    bytes >> 20, shape, Math.ceil(needed / (1 << 20)));
        }
        double flops = 4 * rows * shape.kvLen();
        if (flops > MOST_FLOPS) {
            throw new InputException(
                    "a shape may ask for at most %.0e FLOPs a run: shape=%s, FLOPs=%.1e", MOST_FLOPS, shape, flops);
        }
    }

    /// Rows of a tensor and elements of a head are numbered by `int`.
    private static void checkIndexes(BenchShape shape) {
        long rows = (long) shape.batch() * Math.max(shape.queryLen(), shape.kvLen());
        long head = (long) shape.kvLen() * shape.headDim();
        if (Math.max(rows, head) > Integer.MAX_VALUE) {
            throw new InputException(
                    "batch · len and kvLen · headDim may be at most %d: shape=%s, batch · len=%d, kvLen · headDim=%d",
                    Integer.MAX_VALUE, shape, rows, head);
        }
    }
}
