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
            case "F32" -> Optional.of(ElementType.F32);
            case "F64" -> Optional.of(ElementType.F64);
            default -> Optional.empty();
        };
    }

    static String name(ElementType type) {
        return switch (type) {
            case BOOL -> "BOOL";
            case F32 -> "F32";
            case F64 -> "F64";
        };
    }
}
