package heed.blas.cuda;

import heed.attention.Tensor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The memory of all open [CudaArena]s of a device: what a run finds there it need not upload.
final class Residents {
    private final List<Block> blocks = new CopyOnWriteArrayList<>();

    /// One allocation.
    record Block(CudaArena owner, long address, long bytes) {
        private boolean holds(long low, long high) {
            return address <= low && high <= address + bytes;
        }
    }

    void add(Block block) {
        blocks.add(block);
    }

    void remove(Block block) {
        blocks.remove(block);
    }

    /// The arena that holds all of `tensor`, kept open until [CudaArena#leave]; null if there is none.
    @Nullable
    CudaArena enter(Tensor tensor) {
        if (!tensor.segment().isNative() || tensor.isEmpty() || blocks.isEmpty()) {
            return null;
        }
        long low = tensor.segment().address() + tensor.offset();
        long high = low + tensor.type().bytes();
        for (int axis = 0; axis < tensor.rank(); axis++) {
            long reach = (tensor.size(axis) - 1) * tensor.stride(axis);
            low += Math.min(0, reach);
            high += Math.max(0, reach);
        }
        for (Block block : blocks) {
            if (block.holds(low, high)) {
                block.owner.enter();
                return block.owner;
            }
        }
        return null;
    }
}
