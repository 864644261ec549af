package heed.model.weights;

import heed.attention.ElementType;
import java.util.Optional;

/// What GGUF calls its tensors' types, by number; those that Heed reads are the floating-point ones of 32 and
/// 16 bits.
enum GgufType {
    F32(0),
    F16(1),
    Q4_0(2),
    Q4_1(3),
    Q5_0(6),
    Q5_1(7),
    Q8_0(8),
    Q8_1(9),
    Q2_K(10),
    Q3_K(11),
    Q4_K(12),
    Q5_K(13),
    Q6_K(14),
    Q8_K(15),
    IQ2_XXS(16),
    IQ2_XS(17),
    IQ3_XXS(18),
    IQ1_S(19),
    IQ4_NL(20),
    IQ3_S(21),
    IQ2_S(22),
    IQ4_XS(23),
    I8(24),
    I16(25),
    I32(26),
    I64(27),
    F64(28),
    IQ1_M(29),
    BF16(30);

    private final int number;

    GgufType(int number) {
        this.number = number;
    }

    /// The name of type `number`, or the number where it has none here.
    static String name(int number) {
        for (GgufType type : values()) {
            if (type.number == number) {
                return type.name();
            }
        }
        return "number " + number;
    }

    /// The type of `number`, if Heed reads it.
    static Optional<ElementType> elementType(int number) {
        return number == F32.number
                ? Optional.of(ElementType.F32)
                : number == F16.number
                        ? Optional.of(ElementType.F16)
                        : number == BF16.number ? Optional.of(ElementType.BF16) : Optional.empty();
    }
}
