package heed.conformance.golden;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.attention.file.NpyType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// A tensor descriptor of `case.json`: a file and how a logical tensor lies in it.
///
/// @param file the `.npy` file
/// @param dtype element type in the format's words
/// @param axes a letter for each axis
/// @param shape elements along each axis
/// @param view where the tensor lies in a one-dimensional buffer; empty if the file is the tensor
record CaseTensor(Path file, String dtype, String axes, int[] shape, Optional<View> view) {

    /// A strided view of a buffer, counted in elements.
    record View(int offset, int[] strides, int bufferLength) {}

    static CaseTensor read(Path directory, JsonObjectReader json) {
        String name = json.text("file");
        if (name.contains("/") || name.contains("\\") || !name.endsWith(".npy")) {
            throw json.wrong(json.at() + ".file", "the name of a .npy file beside case.json", name);
        }
        String dtype = json.oneOf("dtype", "float32", "float64", "float16", "bfloat16", "int32", "int64", "bool");
        String axes = json.text("axes");
        int[] shape = json.integers("shape", axes.length());
        if (Arrays.stream(shape).anyMatch(size -> size < 0)) {
            throw json.wrong(json.at() + ".shape", "free of negative sizes", Arrays.toString(shape));
        }
        Optional<View> view = json.has("strides")
                ? Optional.of(new View(
                        json.integer("offset"), json.integers("strides", axes.length()), json.integer("bufferLength")))
                : Optional.empty();
        return new CaseTensor(directory.resolve(name), dtype, axes, shape, view);
    }

    /// The tensor over the mapped file, axes as stored.
    Tensor load(Arena arena) throws IOException {
        NpyFile npy = NpyFile.read(file, arena);
        require(
                npy.type() == npyType(),
                "dtype " + dtype + " is stored as " + npyType().descr(),
                npy.type().descr());
        int[] stored = view.map(v -> new int[] {v.bufferLength}).orElse(shape);
        require(
                Arrays.equals(npy.shape(), stored),
                "the file's shape must be " + Arrays.toString(stored),
                Arrays.toString(npy.shape()));
        ElementType element = elementType();
        if (view.isEmpty()) {
            return npy.tensor(element);
        }
        long[] strides = Arrays.stream(view.get().strides)
                .mapToLong(stride -> (long) stride * element.bytes())
                .toArray();
        try {
            return Tensor.strided(npy.data(), element, (long) view.get().offset * element.bytes(), shape, strides);
        } catch (IllegalArgumentException outside) {
            throw new CaseFormatException(file + ": " + outside.getMessage());
        }
    }

    /// The elements of an integer tensor, last axis fastest.
    int[] integers(Arena arena) throws IOException {
        NpyFile npy = NpyFile.read(file, arena);
        require(
                npy.type() == npyType(),
                "dtype " + dtype + " is stored as " + npyType().descr(),
                npy.type().descr());
        require(Arrays.equals(npy.shape(), shape), "the file's shape must be " + Arrays.toString(shape), npy);
        return npy.ints();
    }

    /// Whether the dtype is one that tensors have.
    boolean isTensorType() {
        return element().isPresent();
    }

    ElementType elementType() {
        return element().orElseThrow(() -> new CaseFormatException(file + ": a tensor must not hold " + dtype));
    }

    private Optional<ElementType> element() {
        return switch (dtype) {
            case "float32" -> Optional.of(ElementType.F32);
            case "float64" -> Optional.of(ElementType.F64);
            case "float16" -> Optional.of(ElementType.F16);
            case "bfloat16" -> Optional.of(ElementType.BF16);
            case "bool" -> Optional.of(ElementType.BOOL);
            default -> Optional.empty();
        };
    }

    private NpyType npyType() {
        return element().map(NpyType::of).orElseGet(() -> dtype.equals("int32") ? NpyType.INT32 : NpyType.INT64);
    }

    private void require(boolean condition, String rule, Object got) {
        if (!condition) {
            throw new CaseFormatException("%s: %s: got %s".formatted(file, rule, got));
        }
    }
}
