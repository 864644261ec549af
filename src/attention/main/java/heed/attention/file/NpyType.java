package heed.attention.file;

import heed.attention.ElementType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The element types read from `.npy` files, all little-endian.
public enum NpyType {
    /// One byte, 0 or 1.
    BOOL("|b1", 1, Optional.of(ElementType.BOOL)),
    /// Signed 8 bits.
    INT8("|i1", 1, Optional.of(ElementType.INT8)),
    /// Unsigned 8 bits; where a file is known to hold 4-bit integers, a pair of them.
    UINT8("|u1", 1, Optional.empty()),
    /// Unsigned 16 bits; where a file is known to hold bfloat16, the upper half of a float's bits.
    UINT16("<u2", 2, Optional.empty()),
    /// IEEE binary16.
    FLOAT16("<f2", 2, Optional.of(ElementType.F16)),
    /// IEEE binary32.
    FLOAT32("<f4", 4, Optional.of(ElementType.F32)),
    /// IEEE binary64.
    FLOAT64("<f8", 8, Optional.of(ElementType.F64)),
    /// Signed 32 bits.
    INT32("<i4", 4, Optional.empty()),
    /// Signed 64 bits.
    INT64("<i8", 8, Optional.empty());

    private final String descr;
    private final int bytes;
    private final Optional<ElementType> element;

    NpyType(String descr, int bytes, Optional<ElementType> element) {
        this.descr = descr;
        this.bytes = bytes;
        this.element = element;
    }

    /// NumPy's name for it, as in the file's header.
    public String descr() {
        return descr;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }

    /// The type of a tensor over such elements; empty where tensors have none, or where the file does not tell it.
    public Optional<ElementType> element() {
        return element;
    }

    static Optional<NpyType> ofDescr(String descr) {
        return Arrays.stream(values()).filter(type -> type.descr.equals(descr)).findFirst();
    }

    /// The type that `element` is stored as; NumPy has no name for BF16 and INT4, whose bits go as unsigned
    /// integers.
    public static NpyType of(ElementType element) {
        return switch (element) {
            case BOOL -> BOOL;
            case F16 -> FLOAT16;
            case BF16 -> UINT16;
            case F32 -> FLOAT32;
            case F64 -> FLOAT64;
            case INT8 -> INT8;
            case INT4 -> UINT8;
        };
    }

    static String allDescrs() {
        return Arrays.stream(values()).map(NpyType::descr).collect(Collectors.joining(" "));
    }
}
