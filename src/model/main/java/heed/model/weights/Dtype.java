package heed.model.weights;

import heed.attention.ElementType;
import java.util.Optional;

/// Safetensors' names for element types.
final class Dtype {
    private Dtype() {}

    /// The type called `dtype`, if Heed has it.
    static Optional<ElementType> elementType(String dtype) {
        return switch (dtype) {
            case "BOOL" -> Optional.of(ElementType.BOOL);
            case "F16" -> Optional.of(ElementType.F16);
            case "BF16" -> Optional.of(ElementType.BF16);
            case "F32" -> Optional.of(ElementType.F32);
            case "F64" -> Optional.of(ElementType.F64);
            case "I8" -> Optional.of(ElementType.INT8);
            default -> Optional.empty();
        };
    }

    /// What `type` is called; a pair of INT4 goes as its byte.
    static String name(ElementType type) {
        return switch (type) {
            case BOOL -> "BOOL";
            case F16 -> "F16";
            case BF16 -> "BF16";
            case F32 -> "F32";
            case F64 -> "F64";
            case INT8 -> "I8";
            case INT4 -> "U8";
        };
    }
}
