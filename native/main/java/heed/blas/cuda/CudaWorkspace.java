package heed.blas.cuda;

import heed.attention.AttentionCall;
import heed.attention.CheckedPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The memory, streams and cuBLAS handle of one run at a time, and the run.
///
/// For each sequence its rows go up and stay, and its keys and values pass in blocks, each read once:
///
/// ```
/// for a block of keys
///     for a tile of rows that sees some of it
///         S = Q Kᵀ;  P, max, sum = softmax(S);  O = O · rescale + P V
/// ```
///
/// So a plan holds the rows of one sequence, two blocks and the scores of a tile, whatever the number of keys.
///
/// Hidden values that are NaN or infinite reach every row of their tile, since 0 · NaN is NaN. That is looked
/// for once, in the finished output; a sequence that has such an element is computed again with care. So what
/// is finite pays nothing.
final class CudaWorkspace implements CheckedPlan.Workspace {
    private final CudaDevice device;
    private final PlanShape shape;
    private final DeviceArena memory;

    /// Of structs and scalars alone; who calls the driver keeps it alive.
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment compute;
    private final KeyBlocks blocks;
    private final SequenceRows rows;
    private final BlockProducts products;
    private final @Nullable MaskBlocks mask;
    private final @Nullable MaskBlocks bias;
    private final RunTimer timer;

    private CudaWorkspace(CudaDevice device, PlanShape shape, DeviceArena memory) {
        this.device = device;
        this.shape = shape;
        this.memory = memory;
        compute = memory.stream();
        blocks = new KeyBlocks(device, shape, compute, memory, arena);
        rows = new SequenceRows(device, shape, compute, memory, arena);
        products = new BlockProducts(device, shape, compute, memory, arena);
        mask = shape.hasMask() ? new MaskBlocks(device, shape, false, compute, memory) : null;
        bias = shape.hasBias() ? new MaskBlocks(device, shape, true, compute, memory) : null;
        timer = new RunTimer(device.driver(), compute, memory, arena);
    }

    /// Allocates everything; frees what was allocated if one thing cannot be.
    static CudaWorkspace create(CudaDevice device, PlanShape shape) {
        DeviceArena memory = new DeviceArena(device);
        try {
            return device.inContext(() -> new CudaWorkspace(device, shape, memory));
        } catch (RuntimeException | Error failure) {
            Releases undo = new Releases();
            undo.add(() -> device.release(memory::close));
            undo.after(failure);
            throw failure;
        }
    }

    @Override
    public long bytes() {
        return memory.bytes();
    }

    @Override
    public void close() {
        device.release(memory::close);
    }

    /// Computes `call` on the calling thread and the GPU. However it ends, nothing of it is still under way.
    void run(AttentionCall call) {
        CudaArena keys = device.residents().enter(call.key());
        CudaArena values = null;
        try {
            values = device.residents().enter(call.value());
            device.enter();
            computeInContext(call, keys != null, values != null);
        } finally {
            if (values != null) {
                values.leave();
            }
            if (keys != null) {
                keys.leave();
            }
        }
    }

    private void computeInContext(AttentionCall call, boolean keyResident, boolean valueResident) {
        try {
            timer.start();
            for (int b = 0; b < call.batch(); b++) {
                attend(call, b, keyResident, valueResident);
            }
            timer.end(call);
        } catch (RuntimeException | Error failure) {
            Releases ending = new Releases();
            ending.add(device::leave);
            ending.add(() -> device.driver().synchronizeStream(compute));
            ending.add(() -> device.driver().synchronizeStream(blocks.copies()));
            ending.after(failure);
            throw failure;
        }
        device.leave();
    }

    private void attend(AttentionCall call, int b, boolean keyResident, boolean valueResident) {
        if (call.queryLen(b) == 0) {
            return;
        }
        rows.send(call, b);
        if (!attend(call, b, keyResident, valueResident, false)) {
            attend(call, b, keyResident, valueResident, true);
        }
        rows.store(call, b);
    }

    /// @return whether the output is finite
    private boolean attend(AttentionCall call, int b, boolean keyResident, boolean valueResident, boolean careful) {
        int queries = call.queryLen(b);
        int kvLen = call.kvLen(b);
        rows.start(queries * shape.group());
        for (int first = 0; first < kvLen; first += Kernels.KEYS) {
            int keys = Math.min(Kernels.KEYS, kvLen - first);
            if (isSeen(0, queries, queries, first, keys)) {
                blocks.load(call, keyResident, valueResident, b, first, keys);
                if (careful) {
                    products.clean(blocks.value(), keys);
                }
                attendBlock(call, b, first, keys, careful);
                blocks.release();
            }
        }
        return rows.finish(queries * shape.group());
    }

    private void attendBlock(AttentionCall call, int b, int first, int keys, boolean careful) {
        int queries = call.queryLen(b);
        for (int from = 0; from < queries; from += shape.tileQueries()) {
            int count = Math.min(shape.tileQueries(), queries - from);
            if (isSeen(from, count, queries, first, keys)) {
                call.checkCancelled();
                attendTile(call, b, from, count, first, keys, careful);
            }
        }
    }

    /// Whether some query of the tile sees some key of the block, as far as intervals tell.
    private boolean isSeen(int from, int count, int queries, int first, int keys) {
        for (int i = from; i < from + count; i++) {
            int lo = Math.max(first, rows.firstKey(i));
            if (lo < Math.min(first + keys, rows.endKey(i, queries))) {
                return true;
            }
        }
        return false;
    }

    private void attendTile(
            AttentionCall call, int b, int firstQuery, int count, int first, int keys, boolean careful) {
        int queries = call.queryLen(b);
        int firstRow = firstQuery * shape.group();
        int tileRows = count * shape.group();
        int allRows = queries * shape.group();
        if (mask != null) {
            mask.load(call, b, firstQuery, count, first, keys);
        }
        if (bias != null) {
            bias.load(call, b, firstQuery, count, first, keys);
        }
        long queryAt =
                rows.query() + (long) firstRow * shape.headDim() * shape.type().bytes();
        products.scores(queryAt, tileRows, allRows, blocks.key(), keys);
        products.softmax(
                rows,
                queries,
                firstRow,
                tileRows,
                first,
                keys,
                mask == null ? 0 : mask.address(),
                mask == null ? 0 : mask.headStride(),
                bias == null ? 0 : bias.address(),
                bias == null ? 0 : bias.headStride());
        if (careful) {
            products.accumulateCarefully(rows.output(), firstRow, tileRows, allRows, blocks.value(), keys);
        } else {
            long outputAt = rows.output() + (long) firstRow * shape.valueDim() * Float.BYTES;
            products.accumulate(outputAt, tileRows, allRows, blocks.value(), keys);
        }
    }
}
