package heed.blas.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import heed.attention.AttentionCall;
import heed.attention.ElementType;
import heed.attention.MaskRows;
import java.lang.foreign.MemorySegment;

/// Brings the piece of a mask tensor that a tile and a block need to the device: a byte for each pair of a
/// boolean mask, an f32 of an additive one. A tensor that is the same for all heads goes once, not for each.
///
/// The piece is gathered and uploaded between the products that need it: one that lies in a tensor costs a GPU
/// far more than one that is an interval.
final class MaskBlocks {
    private final CudaDriver driver;
    private final PlanShape shape;
    private final boolean isBias;
    private final MemorySegment compute;
    private final MemorySegment packed;
    private final long buffer;
    private final MemorySegment arrived;
    private int headStride;

    MaskBlocks(CudaDevice device, PlanShape shape, boolean isBias, MemorySegment compute, DeviceArena memory) {
        driver = device.driver();
        this.shape = shape;
        this.isBias = isBias;
        this.compute = compute;
        long pairs = (long) shape.spec().queryHeads() * shape.mostTileQueries() * Kernels.KEYS;
        packed = memory.pinned(pairs * bytes());
        buffer = memory.allocate(pairs * bytes());
        arrived = memory.event(false);
    }

    private int bytes() {
        return isBias ? Float.BYTES : 1;
    }

    /// Device address of the piece: `[1 or query heads][queries][KEYS]`.
    long address() {
        return buffer;
    }

    /// Elements from one query head to the next, 0 if they share.
    int headStride() {
        return headStride;
    }

    /// Uploads queries `firstQuery` to `firstQuery + queries` of sequence `b` against keys `first` to `first +
    /// keys`.
    void load(AttentionCall call, int b, int firstQuery, int queries, int first, int keys) {
        MaskRows rows = isBias ? call.bias() : call.mask();
        int heads = isShared(rows, b) ? 1 : shape.spec().queryHeads();
        headStride = heads == 1 ? 0 : queries * Kernels.KEYS;
        driver.synchronizeEvent(arrived);
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < queries; i++) {
                long to = ((long) head * queries + i) * Kernels.KEYS * bytes();
                int given = Math.clamp(rows.columns() - (long) first, 0, keys);
                long at = rows.rowAt(b, head, firstQuery + i) + first * rows.keyStride();
                if (isBias) {
                    packBias(rows, at, given, keys, to);
                } else {
                    packMask(rows, at, given, keys, to);
                }
            }
        }
        long all = (long) heads * queries * Kernels.KEYS * bytes();
        driver.copyToDevice(buffer, packed, all, compute);
        driver.record(arrived, compute);
    }

    private boolean isShared(MaskRows rows, int b) {
        return shape.spec().queryHeads() == 1 || rows.rowAt(b, 0, 0) == rows.rowAt(b, 1, 0);
    }

    /// Keys past the last column are hidden.
    private void packMask(MaskRows rows, long at, int given, int keys, long to) {
        if (rows.keyStride() == 1) {
            MemorySegment.copy(rows.segment(), at, packed, to, given);
        } else {
            for (int n = 0; n < given; n++) {
                packed.set(JAVA_BYTE, to + n, (byte) rows.type().read(rows.segment(), at + n * rows.keyStride()));
            }
        }
        for (int n = given; n < keys; n++) {
            packed.set(JAVA_BYTE, to + n, (byte) 0);
        }
    }

    private void packBias(MaskRows rows, long at, int given, int keys, long to) {
        if (rows.keyStride() == Float.BYTES && rows.type() == ElementType.F32) {
            MemorySegment.copy(rows.segment(), at, packed, to, (long) given * Float.BYTES);
        } else {
            for (int n = 0; n < given; n++) {
                packed.set(
                        JAVA_FLOAT, to + 4L * n, single(rows.type().read(rows.segment(), at + n * rows.keyStride())));
            }
        }
        for (int n = given; n < keys; n++) {
            packed.set(JAVA_FLOAT, to + 4L * n, Float.NEGATIVE_INFINITY);
        }
    }

    /// A finite summand stays finite: −∞ alone hides a key.
    private static float single(double bias) {
        return Double.isInfinite(bias) || Double.isNaN(bias)
                ? (float) bias
                : (float) Math.clamp(bias, -Float.MAX_VALUE, Float.MAX_VALUE);
    }
}
