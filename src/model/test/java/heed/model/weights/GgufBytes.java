package heed.model.weights;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes a GGUF file of version 3, its parts in the order of the calls.
public final class GgufBytes {
    private static final int ALIGNMENT = 32;

    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int values;
    private int tensors;

    /// Nothing yet.
    public GgufBytes() {}

    /// A text.
    public GgufBytes text(String key, String value) {
        key(key, 8).writeBytes(text(value));
        return this;
    }

    /// A number of type u32.
    public GgufBytes whole(String key, int value) {
        key(key, 4).writeBytes(int32(value));
        return this;
    }

    /// A number of type f32.
    public GgufBytes real(String key, float value) {
        key(key, 6).writeBytes(int32(Float.floatToRawIntBits(value)));
        return this;
    }

    /// A value as given, of GGUF's type `type`.
    public GgufBytes raw(String key, int type, byte[] value) {
        key(key, type).writeBytes(value);
        return this;
    }

    /// Texts.
    public GgufBytes texts(String key, List<String> list) {
        array(key, 8, list.size());
        list.forEach(value -> metadata.writeBytes(text(value)));
        return this;
    }

    /// Numbers of type f32.
    public GgufBytes reals(String key, List<Float> list) {
        array(key, 6, list.size());
        list.forEach(value -> metadata.writeBytes(int32(Float.floatToRawIntBits(value))));
        return this;
    }

    /// Numbers of type i32.
    public GgufBytes wholes(String key, List<Integer> list) {
        array(key, 5, list.size());
        list.forEach(value -> metadata.writeBytes(int32(value)));
        return this;
    }

    private void array(String key, int type, int size) {
        key(key, 9).writeBytes(int32(type));
        metadata.writeBytes(int64(size));
    }

    private ByteArrayOutputStream key(String key, int type) {
        values++;
        metadata.writeBytes(text(key));
        metadata.writeBytes(int32(type));
        return metadata;
    }

    /// A tensor, rounded to GGUF's type `type`; of a type that Heed does not read, its bytes are those of F32.
    public GgufBytes tensor(String name, int type, Tensor tensor) {
        tensors++;
        entries.writeBytes(text(name));
        entries.writeBytes(int32(tensor.rank()));
        for (int axis = tensor.rank() - 1; axis >= 0; axis--) {
            entries.writeBytes(int64(tensor.size(axis)));
        }
        pad(data, data.size());
        entries.writeBytes(int32(type));
        entries.writeBytes(int64(data.size()));
        ElementType as = GgufType.elementType(type).orElse(ElementType.F32);
        for (int i = 0; i < tensor.size(0); i++) {
            for (int j = 0; j < (tensor.rank() == 2 ? tensor.size(1) : 1); j++) {
                data.writeBytes(element(as, tensor.rank() == 2 ? tensor.get(i, j) : tensor.get(i)));
            }
        }
        return this;
    }

    private static byte[] element(ElementType type, double value) {
        Tensor one = Tensor.of(java.lang.foreign.Arena.ofAuto().allocate(8, 8), type, 1);
        one.set(value, 0);
        return one.segment().asSlice(0, type.bytes()).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    /// The file.
    public byte[] toBytes() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(int32(3));
        file.writeBytes(int64(tensors));
        file.writeBytes(int64(values));
        file.writeBytes(metadata.toByteArray());
        file.writeBytes(entries.toByteArray());
        pad(file, file.size());
        file.writeBytes(data.toByteArray());
        return file.toByteArray();
    }

    private static void pad(ByteArrayOutputStream to, int size) {
        to.writeBytes(new byte[Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT - size]);
    }

    private static byte[] text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] int32(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static byte[] int64(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }
}
