package heed.model.weights;

import java.util.List;

/// A value of a GGUF file's metadata.
public sealed interface GgufValue {
    /// An integer of any width and sign; an unsigned one past 2^63 is refused where it is read.
    record Whole(long value) implements GgufValue {}

    /// A floating-point number.
    record Real(double value) implements GgufValue {}

    /// True or false.
    record Flag(boolean value) implements GgufValue {}

    /// A text.
    record Text(String value) implements GgufValue {}

    /// Values of one type.
    record Many(List<GgufValue> values) implements GgufValue {
        /// Keeps a copy.
        public Many {
            values = List.copyOf(values);
        }
    }
}
