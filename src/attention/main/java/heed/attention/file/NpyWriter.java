package heed.attention.file;

import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes a tensor's elements in C order, through a buffer.
final class NpyWriter {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel channel;
    private final Tensor tensor;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private NpyWriter(FileChannel channel, Tensor tensor) {
        this.channel = channel;
        this.tensor = tensor;
    }

    static void write(Path path, Tensor tensor) throws IOException {
        Path target = path.toAbsolutePath();
        String unique =
                ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId();
        Path beside = target.resolveSibling("." + target.getFileName() + "." + unique + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                new NpyWriter(channel, tensor).writeAll();
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private void writeAll() throws IOException {
        buffer.put(NpyHeader.bytes(NpyType.of(tensor.type()), tensor.shape()));
        if (!tensor.isEmpty()) {
            axis(0, tensor.offset());
        }
        flush();
    }

    private void axis(int axis, long at) throws IOException {
        if (axis == tensor.rank()) {
            element(at);
            return;
        }
        for (int n = 0; n < tensor.size(axis); n++) {
            axis(axis + 1, at + n * tensor.stride(axis));
        }
    }

    private void element(long at) throws IOException {
        if (buffer.remaining() < Double.BYTES) {
            flush();
        }
        MemorySegment segment = tensor.segment();
        switch (tensor.type()) {
            case BOOL -> buffer.put((byte) tensor.type().read(segment, at));
            case INT8, INT4 -> buffer.put(segment.get(ValueLayout.JAVA_BYTE, at));
            case F16, BF16 -> buffer.putShort(segment.get(ValueLayout.JAVA_SHORT, at));
            case F32 -> buffer.putFloat(segment.get(ValueLayout.JAVA_FLOAT, at));
            case F64 -> buffer.putDouble(segment.get(ValueLayout.JAVA_DOUBLE, at));
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
