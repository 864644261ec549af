package heed.cli.tensor;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.cli.input.InputException;
import heed.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// The files that tensors are read from, mapped until closed.
///
/// A tensor is named by `file.npy`, `file.safetensors:name`, or `file.safetensors` alone where that holds only one.
public final class TensorFiles implements AutoCloseable {
    private static final String SAFETENSORS = ".safetensors";

    private final Arena arena = Arena.ofShared();
    private final List<SafetensorsFile> opened = new ArrayList<>();

    /// No file yet.
    public TensorFiles() {}

    /// Maps the tensor that `option` names by `location`.
    ///
    /// @throws InputException if there is no such file or tensor
    /// @throws IllegalArgumentException if the file is malformed
    public Tensor read(String option, String location) {
        int colon = location.lastIndexOf(SAFETENSORS + ":");
        if (colon >= 0) {
            int end = colon + SAFETENSORS.length();
            return openSafetensors(option, location.substring(0, end)).tensor(location.substring(end + 1));
        }
        if (location.toLowerCase(Locale.ROOT).endsWith(SAFETENSORS)) {
            return only(option, location);
        }
        return open(option, location).tensor();
    }

    /// As [#read], where a `.npy` file is known to hold `type`, which NumPy may have no name for.
    public Tensor read(String option, String location, ElementType type) {
        if (location.contains(SAFETENSORS)) {
            return read(option, location);
        }
        return open(option, location).tensor(type);
    }

    /// As [#read], for a table of numbers: whole ones, as NumPy makes them, become f64.
    public Tensor numbers(String option, String location) {
        if (location.contains(SAFETENSORS)) {
            return read(option, location);
        }
        NpyFile file = open(option, location);
        return switch (file.type()) {
            case INT32, INT64 -> whole(file);
            case BOOL, INT8, UINT8, UINT16, FLOAT16, FLOAT32, FLOAT64 -> file.tensor();
        };
    }

    /// In Fortran order the elements are those of the axes the other way round.
    private static Tensor whole(NpyFile file) {
        double[] elements = Arrays.stream(file.longs()).asDoubleStream().toArray();
        int[] shape = file.shape();
        if (!file.fortranOrder()) {
            return Tensor.of(elements, shape);
        }
        int last = shape.length - 1;
        int[] axes = IntStream.rangeClosed(0, last).map(axis -> last - axis).toArray();
        int[] reversed = Arrays.stream(axes).map(axis -> shape[axis]).toArray();
        return Tensor.of(elements, reversed).permute(axes);
    }

    /// Maps the `.npy` file that `option` names by `location`.
    ///
    /// @throws InputException if there is no such file
    /// @throws IllegalArgumentException if the file is malformed
    public NpyFile open(String option, String location) {
        try {
            return NpyFile.read(Path.of(location), arena);
        } catch (NoSuchFileException missing) {
            throw missing(missing, option, location);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Tensor only(String option, String location) {
        SafetensorsFile file = openSafetensors(option, location);
        if (file.names().size() != 1) {
            throw new InputException(
                    "%s must name a tensor of the file, as %s:NAME; it holds %s",
                    option, location, String.join(", ", file.names()));
        }
        return file.tensor(file.names().iterator().next());
    }

    private SafetensorsFile openSafetensors(String option, String path) {
        if (!Files.exists(Path.of(path))) {
            throw missing(new NoSuchFileException(path), option, path);
        }
        SafetensorsFile file = SafetensorsFile.open(Path.of(path));
        opened.add(file);
        return file;
    }

    private static InputException missing(NoSuchFileException cause, String option, String path) {
        return new InputException(cause, "%s must be a file that exists: %s=%s", option, option, path);
    }

    @Override
    public void close() {
        opened.forEach(SafetensorsFile::close);
        arena.close();
    }
}
