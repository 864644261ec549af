package heed.model.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes small ONNX messages field by field, right or wrong.
final class OnnxBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private OnnxBytes varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes.write((int) left & 0x7f | 0x80);
            left >>>= 7;
        }
        bytes.write((int) left);
        return this;
    }

    OnnxBytes number(int field, long value) {
        return varint(field << 3).varint(value);
    }

    OnnxBytes bytes(int field, byte[] value) {
        varint(field << 3 | 2).varint(value.length).bytes.writeBytes(value);
        return this;
    }

    OnnxBytes text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    OnnxBytes message(int field, OnnxBytes value) {
        return bytes(field, value.toBytes());
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /// A `TensorProto` of f32 elements.
    static OnnxBytes tensor(String name, float[] elements, long... dims) {
        ByteBuffer raw = ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(elements);
        OnnxBytes tensor = new OnnxBytes();
        for (long dim : dims) {
            tensor.number(1, dim);
        }
        return tensor.number(2, 1).text(8, name).bytes(9, raw.array());
    }

    /// A `NodeProto`.
    static OnnxBytes node(String name, String... inputs) {
        OnnxBytes node = new OnnxBytes();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, name + "_output").text(3, name).text(4, "MatMul");
    }

    /// A `ModelProto` around the initializers and nodes of `graph`.
    static byte[] model(OnnxBytes graph) {
        return new OnnxBytes().number(1, 8).text(2, "test").message(7, graph).toBytes();
    }
}
