package heed.attention;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rows of a mask tensor, right-aligned to `[batch, queryHeads, queryLen, kvLen]` and broadcast where a size
/// is 1.
public final class MaskRows {
    private final String name;
    private @Nullable Tensor tensor;
    private long batchStride;
    private long headStride;
    private long rowStride;
    private long keyStride;
    private int columns;
    private boolean broadcast;

    private final int rowsPerElement;

    /// The rows of argument `name`, an element of which speaks of `rowsPerElement` query rows.
    MaskRows(String name, int rowsPerElement) {
        this.name = name;
        this.rowsPerElement = rowsPerElement;
    }

    /// Query rows of a block of the block mask in `mask`, 1 without.
    static int queryBlock(Mask mask) {
        return mask.leaves().stream()
                .mapToInt(leaf -> leaf instanceof Mask.BlockTensor(int queryBlock, int _) ? queryBlock : 1)
                .max()
                .orElse(1);
    }

    /// Keys that the tensor speaks of; further ones are hidden.
    public int columns() {
        return columns;
    }

    /// Bytes from one key to the next, 0 if every key has the same element.
    public long keyStride() {
        return keyStride;
    }

    /// Type of the elements.
    public ElementType type() {
        return Objects.requireNonNull(tensor).type();
    }

    /// The memory behind the rows.
    public java.lang.foreign.MemorySegment segment() {
        return Objects.requireNonNull(tensor).segment();
    }

    /// Byte of the element for key 0 and row `i` of `head` in sequence `b`.
    public long rowAt(int b, int head, int i) {
        return Objects.requireNonNull(tensor).offset() + b * batchStride + head * headStride + i * rowStride;
    }

    /// The element for row `i` and column `j`, below [#columns], of `head` in sequence `b`.
    public double element(int b, int head, int i, int j) {
        return type().read(segment(), rowAt(b, head, i) + j * keyStride);
    }

    /// Whether an element speaks of several pairs.
    boolean isBroadcast() {
        return broadcast;
    }

    @Nullable
    Tensor tensor() {
        return tensor;
    }

    void bind(@Nullable Tensor given, boolean wanted, AttentionCall call) {
        if (!wanted && given != null) {
            throw Checks.refusal("%s was given but the spec's mask has no such tensor", name);
        }
        tensor = null;
        if (!wanted) {
            return;
        }
        Tensor rows = Door.given(name, given);
        checkType(rows);
        if (rows.rank() < 1 || rows.rank() > 4) {
            throw Checks.refusal(
                    "%s must be right-aligned to [batch, queryHeads, queryLen, kvLen]: %s=%s", name, name, rows);
        }
        int longest = 0;
        int mostKeys = 0;
        for (int b = 0; b < call.batch(); b++) {
            longest = Math.max(longest, call.queryLen(b));
            mostKeys = Math.max(mostKeys, call.kvLen(b));
        }
        batchStride = stride(rows, 4, call.batch(), "batch");
        headStride = stride(rows, 3, call.spec().queryHeads(), "queryHeads");
        rowStride = stride(
                rows, 2, Math.ceilDiv(longest, rowsPerElement), rowsPerElement == 1 ? "queryLen" : "queryBlocks");
        int width = rows.size(rows.rank() - 1);
        keyStride = width == 1 ? 0 : rows.stride(rows.rank() - 1);
        columns = width == 1 ? mostKeys : width;
        broadcast = (batchStride == 0 && call.batch() > 1)
                || (headStride == 0 && call.spec().queryHeads() > 1)
                || (rowStride == 0 && longest > 1)
                || (keyStride == 0 && mostKeys > 1);
        tensor = rows;
    }

    void release() {
        tensor = null;
    }

    private void checkType(Tensor rows) {
        if (name.equals("bias")) {
            Door.floating(name, rows);
        } else {
            Door.type(name, rows, ElementType.BOOL);
        }
    }

    /// Stride of the axis `fromRight` places from the right; 0 where it is absent or of size 1.
    private long stride(Tensor rows, int fromRight, int needed, String axisName) {
        int axis = rows.rank() - fromRight;
        if (axis < 0 || rows.size(axis) == 1) {
            return 0;
        }
        if (rows.size(axis) < needed || (fromRight != 2 && rows.size(axis) != needed)) {
            throw Checks.refusal(
                    "%s must have size 1 or %s=%d along its %s axis: %s=%s",
                    name, axisName, needed, axisName, name, rows);
        }
        return rows.stride(axis);
    }
}
