package heed.model.weights;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// The tensors of a safetensors file, mapped.
///
/// Tensors are read-only and live until [#close]; those that the file holds unaligned are copied when asked for. The
/// format (<https://github.com/huggingface/safetensors>): eight bytes with the length of a JSON header, the header,
/// then the elements, row by row, little-endian, each tensor where the last one ended.
public final class SafetensorsFile implements AutoCloseable {
    private final MappedFile file;
    private final SafetensorsHeader header;

    private SafetensorsFile(MappedFile file, SafetensorsHeader header) {
        this.file = file;
        this.header = header;
    }

    /// Maps `path` and reads its header.
    ///
    /// @throws ModelFileException if it is missing, unreadable, truncated or no safetensors file
    public static SafetensorsFile open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return new SafetensorsFile(file, SafetensorsHeader.read(file));
        } catch (ModelFileException malformed) {
            file.close();
            throw malformed;
        }
    }

    /// Names of the tensors, in the header's order.
    public Set<String> names() {
        return header.entries().keySet();
    }

    /// What the writer said about the file.
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /// The tensor called `name`.
    ///
    /// @throws ModelFileException if there is none, or its type is not one of F16, BF16, F32, F64, I8 and BOOL
    public Tensor tensor(String name) {
        SafetensorsHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new ModelFileException(
                    file.path(), "the file must hold this tensor: name=%s, there are %s", name, names());
        }
        ElementType type = Dtype.elementType(entry.dtype())
                .orElseThrow(() -> new ModelFileException(
                        file.path(),
                        "a tensor must be of type F16, BF16, F32, F64, I8 or BOOL: name=%s, dtype=%s",
                        name,
                        entry.dtype()));
        return file.tensor(header.dataAt() + entry.begin(), type, entry.shape().sizes());
    }

    /// Unmaps the file: its tensors are dead then.
    @Override
    public void close() {
        file.close();
    }
}
