package heed.model.weights;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes tensors of any strides to a safetensors file: beside it first, then renamed, so that none is half-written.
public final class SafetensorsWriter {
    private static final JsonMapper JSON = new JsonMapper();

    private SafetensorsWriter() {}

    /// Writes `tensors` under their names, in the map's order.
    ///
    /// @throws ModelFileException if the file cannot be written; what was there before is left
    public static void write(Path path, Map<String, Tensor> tensors) {
        Path beside = path.resolveSibling(
                path.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(beside), 1 << 16)) {
                out.write(header(tensors));
                for (Tensor tensor : tensors.values()) {
                    elements(out, tensor);
                }
            }
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new ModelFileException(
                    path, failure, "the file must be writable: %s", ModelFileException.reason(failure));
        } finally {
            deleteIfLeft(beside);
        }
    }

    private static void deleteIfLeft(Path beside) {
        try {
            Files.deleteIfExists(beside);
        } catch (IOException _) {
            // The first failure is the one to report.
        }
    }

    /// Length and JSON, padded with blanks so that the elements begin at a multiple of 8 bytes.
    private static byte[] header(Map<String, Tensor> tensors) {
        ObjectNode json = JSON.createObjectNode();
        long at = 0;
        for (var named : tensors.entrySet()) {
            Tensor tensor = named.getValue();
            long end = at + elements(tensor) * tensor.type().bytes();
            ObjectNode entry = json.putObject(named.getKey());
            entry.put("dtype", Dtype.name(tensor.type()));
            Arrays.stream(tensor.shape()).forEach(entry.putArray("shape")::add);
            entry.putArray("data_offsets").add(at).add(end);
            at = end;
        }
        byte[] text = JSON.writeValueAsBytes(json);
        int padded = Math.ceilDiv(text.length, Long.BYTES) * Long.BYTES;
        byte[] header = Arrays.copyOf(text, padded);
        Arrays.fill(header, text.length, padded, (byte) ' ');
        return ByteBuffer.allocate(Long.BYTES + padded)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded)
                .put(header)
                .array();
    }

    private static long elements(Tensor tensor) {
        return Arrays.stream(tensor.shape()).asLongStream().reduce(1, Math::multiplyExact);
    }

    private static void elements(OutputStream out, Tensor tensor) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int[] index = new int[tensor.rank()];
        for (long left = elements(tensor); left > 0; left--) {
            put(bytes.clear(), tensor.type(), tensor.get(index));
            out.write(bytes.array());
            next(index, tensor);
        }
    }

    /// Writes what was read of the type, so no conversion rounds.
    private static void put(ByteBuffer bytes, ElementType type, double value) {
        switch (type) {
            case BOOL, INT8, INT4 -> bytes.put((byte) (int) value);
            case F16 -> bytes.putShort(Float.floatToFloat16((float) value));
            case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits((float) value) >>> Short.SIZE));
            case F32 -> bytes.putFloat((float) value);
            case F64 -> bytes.putDouble(value);
        }
    }

    /// Counts up, last axis fastest.
    private static void next(int[] index, Tensor tensor) {
        for (int axis = index.length - 1; axis >= 0; axis--) {
            if (++index[axis] < tensor.size(axis)) {
                return;
            }
            index[axis] = 0;
        }
    }
}
