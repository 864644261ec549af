package heed.model.weights;

import java.nio.file.Path;
import java.util.List;

/// Sizes read from a file, checked: each an `int` and not negative, their product a `long`.
///
/// @param sizes one for each axis
/// @param elements their product
record Shape(int[] sizes, long elements) {
    /// Leaves room to multiply by the bytes of an element.
    private static final long MOST = Long.MAX_VALUE >> 4;

    static Shape of(Path file, String name, List<Long> dims) {
        long elements = 1;
        for (long dim : dims) {
            boolean fits = dim >= 0 && dim <= Integer.MAX_VALUE;
            if (!fits || (dim != 0 && elements > MOST / dim)) {
                throw new ModelFileException(
                        file,
                        "sizes must lie between 0 and 2^31 - 1, their product below 2^59: name=%s, shape=%s",
                        name,
                        dims);
            }
            elements *= dim;
        }
        return new Shape(dims.stream().mapToInt(Long::intValue).toArray(), elements);
    }

    long bytes(int ofElement) {
        return elements * ofElement;
    }
}
