package heed.model.weights;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The tensors and metadata of a GGUF file, version 2 or 3, mapped.
///
/// Tensors are read-only and live until [#close]. The format
/// (<https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>): `GGUF`, the version, two counts, metadata as
/// keys and typed values, for each tensor its name, sizes, type and offset, then the tensors, aligned.
public final class GgufFile implements AutoCloseable {
    private final MappedFile file;
    private final GgufReader head;

    private GgufFile(MappedFile file, GgufReader head) {
        this.file = file;
        this.head = head;
    }

    /// Maps `path` and reads its head.
    ///
    /// @throws ModelFileException if it is missing, unreadable, truncated or no GGUF file
    public static GgufFile open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return new GgufFile(file, GgufReader.read(file));
        } catch (ModelFileException malformed) {
            file.close();
            throw malformed;
        }
    }

    /// Where the file lies.
    public Path path() {
        return file.path();
    }

    /// What the file says of itself, by key.
    public Map<String, GgufValue> metadata() {
        return head.metadata();
    }

    /// Names of the tensors, in the file's order.
    public Set<String> names() {
        return head.entries().keySet();
    }

    /// The whole number at `key`, if there is one.
    public Optional<Long> whole(String key) {
        return head.metadata().get(key) instanceof GgufValue.Whole(long value) ? Optional.of(value) : Optional.empty();
    }

    /// The number at `key`, if there is one.
    public Optional<Double> real(String key) {
        return head.metadata().get(key) instanceof GgufValue.Real(double value) ? Optional.of(value) : Optional.empty();
    }

    /// The text at `key`, if there is one.
    public Optional<String> text(String key) {
        return head.metadata().get(key) instanceof GgufValue.Text(String value) ? Optional.of(value) : Optional.empty();
    }

    /// A refusal of what the file says.
    public ModelFileException refusal(String rule, Object... values) {
        return new ModelFileException(file.path(), rule, values);
    }

    /// The tensor called `name`, which must be of the given shape.
    ///
    /// @throws ModelFileException if there is none, the file ends within it, it is of another shape or of a
    ///     type other than F32, F16 and BF16
    public Tensor tensor(String name, int... shape) {
        GgufReader.Entry entry = Optional.ofNullable(head.entries().get(name))
                .orElseThrow(() -> refusal("the model must have this tensor: name=%s", name));
        ElementType type = GgufType.elementType(entry.type())
                .orElseThrow(() -> refusal(
                        "a tensor must be of type F32, F16 or BF16: name=%s, type=%s",
                        name, GgufType.name(entry.type())));
        if (!Arrays.equals(entry.shape().sizes(), shape)) {
            throw refusal(
                    "a tensor must have the model's shape %s: name=%s, shape=%s",
                    Arrays.toString(shape), name, Arrays.toString(entry.shape().sizes()));
        }
        long bytes = entry.shape().bytes(type.bytes());
        long room = file.bytes().byteSize() - head.dataAt();
        if (entry.at() < 0 || entry.at() > room || bytes > room - entry.at()) {
            throw refusal(
                    "the file must hold the whole of %s: it needs %d bytes from byte %s of the data, data bytes=%d",
                    name, bytes, Long.toUnsignedString(entry.at()), Math.max(0, room));
        }
        return file.tensor(head.dataAt() + entry.at(), type, shape);
    }

    /// Unmaps the file: its tensors are dead then.
    @Override
    public void close() {
        file.close();
    }
}
