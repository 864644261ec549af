package heed.conformance.golden;

import heed.attention.Tensor;
import java.util.Arrays;

/// Turns a stored axis order into the library's `[batch, heads, len, dim]`, by strides alone.
///
/// | stored | logical                                    |
/// |--------|--------------------------------------------|
/// | `BHSD` | as it is                                   |
/// | `BSHD` | axes 1 and 2 exchanged                     |
/// | `BSM`  | M split into H and D, then as `BSHD`       |
/// | `THD`  | `[1, heads, total, dim]`, ragged           |
/// | `BHS`  | as it is (log-sum-exp)                     |
/// | `HT`   | `[1, heads, total]`, ragged (log-sum-exp)  |
/// | `NHPD` | as it is (pages)                           |
/// | `NPHD` | axes 1 and 2 exchanged (pages)             |
/// | others | as they are                                |
final class AxisOrder {
    private AxisOrder() {}

    /// The logical tensor, `heads` telling how M splits.
    static Tensor logical(Tensor stored, String axes, int heads) {
        return switch (axes) {
            case "BHSD", "BHS", "BHSK", "NHPD", "H", "K", "SK", "HSK" -> stored;
            case "BSHD", "NPHD" -> stored.permute(0, 2, 1, 3);
            case "BSM" -> split(stored, heads).permute(0, 2, 1, 3);
            case "THD" -> withBatch(stored).permute(0, 2, 1, 3);
            case "HT" -> withBatch(stored);
            default -> throw new CaseFormatException("axes must be one of section 1's combinations: got " + axes);
        };
    }

    private static Tensor split(Tensor stored, int heads) {
        int merged = stored.size(2);
        if (merged % heads != 0) {
            throw new CaseFormatException("M must be a multiple of %d heads: got %d".formatted(heads, merged));
        }
        int dim = merged / heads;
        long inner = stored.stride(2);
        return Tensor.strided(
                stored.segment(),
                stored.type(),
                stored.offset(),
                new int[] {stored.size(0), stored.size(1), heads, dim},
                new long[] {stored.stride(0), stored.stride(1), dim * inner, inner});
    }

    private static Tensor withBatch(Tensor stored) {
        int rank = stored.rank();
        int[] shape = new int[rank + 1];
        long[] strides = new long[rank + 1];
        shape[0] = 1;
        for (int axis = 0; axis < rank; axis++) {
            shape[axis + 1] = stored.size(axis);
            strides[axis + 1] = stored.stride(axis);
        }
        return Tensor.strided(stored.segment(), stored.type(), stored.offset(), shape, strides);
    }

    /// Elements of a tensor of `shape`.
    static int count(int[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
