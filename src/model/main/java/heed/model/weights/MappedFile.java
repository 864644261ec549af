package heed.model.weights;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file mapped into memory, read-only, and whatever had to be copied out of it to be aligned.
///
/// The mapping is shared: any thread may read it until [#close].
final class MappedFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final MemorySegment bytes;

    private MappedFile(Path path, Arena arena, MemorySegment bytes) {
        this.path = path;
        this.arena = arena;
        this.bytes = bytes;
    }

    /// Maps the whole of `path`.
    ///
    /// @throws ModelFileException if it is missing or unreadable
    static MappedFile open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new MappedFile(path, arena, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (NoSuchFileException missing) {
            arena.close();
            throw new ModelFileException(path, missing, "the file must exist");
        } catch (IOException | UnsupportedOperationException failure) {
            arena.close();
            throw new ModelFileException(
                    path, failure, "the file must be readable: %s", ModelFileException.reason(failure));
        }
    }

    Path path() {
        return path;
    }

    MemorySegment bytes() {
        return bytes;
    }

    /// The elements at byte `at`, in place where they are aligned, else copied. Both are read-only.
    ///
    /// Neither ONNX nor safetensors promises alignment, and a [Tensor] needs it.
    Tensor tensor(long at, ElementType type, int... shape) {
        long length = type.bytes();
        for (int size : shape) {
            length = Math.multiplyExact(length, (long) size);
        }
        MemorySegment elements = bytes.asSlice(at, length);
        if (elements.address() % type.bytes() != 0) {
            elements = arena.allocate(length, type.bytes()).copyFrom(elements).asReadOnly();
        }
        return Tensor.of(elements, type, shape);
    }

    /// Unmaps the file and frees the copies: tensors made of it are dead then.
    @Override
    public void close() {
        arena.close();
    }
}
