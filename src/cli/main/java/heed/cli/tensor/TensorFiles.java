package heed.cli.tensor;

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
import java.util.List;
import java.util.Locale;

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
            return open(option, location.substring(0, end)).tensor(location.substring(end + 1));
        }
        if (location.toLowerCase(Locale.ROOT).endsWith(SAFETENSORS)) {
            return only(option, location);
        }
        try {
            return NpyFile.read(Path.of(location), arena).tensor();
        } catch (NoSuchFileException missing) {
            throw missing(missing, option, location);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Tensor only(String option, String location) {
        SafetensorsFile file = open(option, location);
        if (file.names().size() != 1) {
            throw new InputException(
                    "%s must name a tensor of the file, as %s:NAME; it holds %s",
                    option, location, String.join(", ", file.names()));
        }
        return file.tensor(file.names().iterator().next());
    }

    private SafetensorsFile open(String option, String path) {
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
