package heed.blas.cuda;

import heed.attention.AttentionCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Brings one block of keys and values after the other to the device, on a stream of its own: while the products
/// of a block run, the next is packed and uploaded.
final class KeyBlocks {
    private final CudaDriver driver;
    private final MemorySegment compute;
    private final MemorySegment copies;
    private final BlockOperand key;
    private final BlockOperand value;

    /// When what was sent to a slot has arrived: then its pinned memory is free.
    private final MemorySegment[] arrived = new MemorySegment[2];

    /// When the products that read a slot are done: then its device memory is free.
    private final MemorySegment[] read = new MemorySegment[2];

    private int slot;

    KeyBlocks(CudaDevice device, PlanShape shape, MemorySegment compute, DeviceArena memory, Arena arena) {
        driver = device.driver();
        this.compute = compute;
        copies = memory.stream();
        key = new BlockOperand(device, shape, true, memory, arena);
        value = new BlockOperand(device, shape, false, memory, arena);
        for (int n = 0; n < 2; n++) {
            arrived[n] = memory.event(false);
            read[n] = memory.event(false);
        }
    }

    BlockOperand key() {
        return key;
    }

    BlockOperand value() {
        return value;
    }

    /// The stream that uploads.
    MemorySegment copies() {
        return copies;
    }

    /// Makes keys `first` to `first + keys` of sequence `b` what [#key] and [#value] tell, for work on the
    /// compute stream until [#release].
    void load(AttentionCall call, boolean keyResident, boolean valueResident, int b, int first, int keys) {
        slot = 1 - slot;
        driver.synchronizeEvent(arrived[slot]);
        driver.await(copies, read[slot]);
        boolean sent = key.send(call, keyResident, b, first, keys, slot, copies);
        sent |= value.send(call, valueResident, b, first, keys, slot, copies);
        if (sent) {
            driver.record(arrived[slot], copies);
            driver.await(compute, arrived[slot]);
            key.settle(keys, compute);
            value.settle(keys, compute);
        }
    }

    /// Lets the slot be filled again once the products so far are done.
    void release() {
        driver.record(read[slot], compute);
    }
}
