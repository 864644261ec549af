package heed.attention.file;

import heed.attention.ElementType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The element types read from `.npy` files, all little-endian.
public enum NpyType {
    /// One byte, 0 or 1.
    BOOL("|b1", 1, Optional.of(ElementType.BOOL)),
    /// Unsigned 16 bits; where a file is known to hold bfloat16, the upper half of a float's bits.
    UINT16("<u2", 2, Optional.empty()),
    /// IEEE binary16.
    FLOAT16("<f2", 2, Optional.empty()),
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

    /// The type of a tensor over such elements; empty where tensors have none.
    public Optional<ElementType> element() {
        return element;
    }

    static Optional<NpyType> ofDescr(String descr) {
        return Arrays.stream(values()).filter(type -> type.descr.equals(descr)).findFirst();
    }

    static NpyType of(ElementType element) {
        return switch (element) {
            case BOOL -> BOOL;
            case F32 -> FLOAT32;
            case F64 -> FLOAT64;
        };
    }

    static String allDescrs() {
        return Arrays.stream(values()).map(NpyType::descr).collect(Collectors.joining(" "));
    }
}
