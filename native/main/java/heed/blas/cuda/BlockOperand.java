package heed.blas.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heed.attention.AttentionCall;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The keys, or the values, of one block on the device: where the products read them.
///
/// | they lie                             | to get there                                          |
/// |--------------------------------------|-------------------------------------------------------|
/// | on the device, side by side          | nothing: they are read in place                       |
/// | on the device, in pages or with gaps | their addresses go up and a kernel gathers them       |
/// | in the caller's memory               | they are packed into pinned memory and uploaded       |
///
/// There are two slots of each buffer, so that one block is on its way while another is read.
final class BlockOperand {
    private static final int GATHER_BYTES = 2 * 8 + 2 * 8 + 4 * 4;

    private final CudaDriver driver;
    private final PlanShape shape;
    private final boolean isKey;
    private final int dim;
    private final long slotBytes;
    private final long buffer;
    /// The halves of pinned memory, cut once: a slice is an object.
    private final MemorySegment[] packed;

    private final long addresses;
    private final MemorySegment[] packedAddresses;
    private final KernelCall gather;
    private boolean scattered;
    private long address;
    private long headStride;

    BlockOperand(CudaDevice device, PlanShape shape, boolean isKey, DeviceArena memory, Arena arena) {
        driver = device.driver();
        this.shape = shape;
        this.isKey = isKey;
        dim = isKey ? shape.headDim() : shape.valueDim();
        slotBytes = shape.blockElements(dim) * shape.type().bytes();
        buffer = memory.allocate(2 * slotBytes);
        packed = halves(memory.pinned(2 * slotBytes));
        addresses = memory.allocate(2L * Kernels.KEYS * Long.BYTES);
        packedAddresses = halves(memory.pinned(2L * Kernels.KEYS * Long.BYTES));
        gather = new KernelCall(driver, device.kernels().gather(), GATHER_BYTES, arena);
    }

    private static MemorySegment[] halves(MemorySegment whole) {
        long half = whole.byteSize() / 2;
        return new MemorySegment[] {whole.asSlice(0, half), whole.asSlice(half, half)};
    }

    /// Device address of the first row of kv head 0.
    long address() {
        return address;
    }

    /// Elements from one kv head to the next.
    long headStride() {
        return headStride;
    }

    /// Sends what must be sent of keys `first` to `first + keys` of sequence `b`.
    ///
    /// @param isResident whether the tensor lies on the device
    /// @param slot 0 or 1: its pinned half is free, and on `copies` its device half will be
    /// @return whether anything was sent
    boolean send(AttentionCall call, boolean isResident, int b, int first, int keys, int slot, MemorySegment copies) {
        Tensor tensor = isKey ? call.key() : call.value();
        int bytes = shape.type().bytes();
        scattered = false;
        if (isResident && isDense(tensor, call, first, keys)) {
            address = tensor.segment().address() + at(call, b, 0, first);
            headStride = tensor.stride(1) / bytes;
            return false;
        }
        address = buffer + slot * slotBytes;
        headStride = (long) keys * dim;
        if (isResident) {
            scattered = true;
            sendAddresses(call, tensor, b, first, keys, slot, copies);
            return true;
        }
        long rowBytes = (long) dim * bytes;
        for (int head = 0; head < shape.kvHeads(); head++) {
            for (int n = 0; n < keys; n++) {
                long to = (head * (long) keys + n) * rowBytes;
                Elements.copy(tensor, at(call, b, head, first + n), dim, packed[slot], to);
            }
        }
        driver.copyToDevice(address, packed[slot], shape.kvHeads() * keys * rowBytes, copies);
        return true;
    }

    private boolean isDense(Tensor tensor, AttentionCall call, int first, int keys) {
        int bytes = tensor.type().bytes();
        return tensor.stride(3) == bytes
                && tensor.stride(2) == (long) dim * bytes
                && tensor.stride(1) >= 0
                && call.keysTogether(first) >= keys;
    }

    private long at(AttentionCall call, int b, int head, int j) {
        return isKey ? call.keyAt(b, head, j) : call.valueAt(b, head, j);
    }

    private void sendAddresses(
            AttentionCall call, Tensor tensor, int b, int first, int keys, int slot, MemorySegment copies) {
        long to = addresses + (long) slot * Kernels.KEYS * Long.BYTES;
        for (int n = 0; n < keys; n++) {
            packedAddresses[slot].setAtIndex(JAVA_LONG, n, tensor.segment().address() + at(call, b, 0, first + n));
        }
        driver.copyToDevice(to, packedAddresses[slot], (long) keys * Long.BYTES, copies);
        gather.begin()
                .wide(address)
                .wide(to)
                .wide(tensor.stride(1))
                .wide(tensor.stride(3))
                .integer(keys)
                .integer(dim)
                .integer(shape.type().bytes())
                .integer(0);
    }

    /// Gathers what lies scattered, once what was sent has arrived.
    void settle(int keys, MemorySegment compute) {
        if (scattered) {
            gather.launch(compute, keys, shape.kvHeads());
        }
    }
}
