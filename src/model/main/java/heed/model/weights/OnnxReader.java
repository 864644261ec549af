package heed.model.weights;

import com.google.protobuf.CodedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Walks an ONNX file and notes where its weights lie, without loading them.
///
/// Of the messages in `onnx.proto` only these fields are read; the rest is skipped:
///
/// | message       | fields                                              |
/// |---------------|-----------------------------------------------------|
/// | `ModelProto`  | 7 `graph`                                           |
/// | `GraphProto`  | 1 `node`, 5 `initializer`                           |
/// | `NodeProto`   | 1 `input`, 3 `name`                                 |
/// | `TensorProto` | 1 `dims`, 2 `data_type`, 8 `name`, 9 `raw_data`     |
///
/// The stream form of protobuf's reader is used although the file is mapped: the form for buffers goes through
/// `sun.misc.Unsafe`, of which the JVM warns.
final class OnnxReader {
    /// Wire types, the low three bits of a tag: a number, and bytes preceded by their count.
    private static final int NUMBER = 0;

    private static final int BYTES = 2;

    private static final int MODEL_GRAPH = 7 << 3 | BYTES;
    private static final int GRAPH_NODE = 1 << 3 | BYTES;
    private static final int GRAPH_INITIALIZER = 5 << 3 | BYTES;
    private static final int NODE_INPUT = 1 << 3 | BYTES;
    private static final int NODE_NAME = 3 << 3 | BYTES;
    private static final int TENSOR_DIM = 1 << 3 | NUMBER;
    private static final int TENSOR_DIMS_PACKED = 1 << 3 | BYTES;
    private static final int TENSOR_DATA_TYPE = 2 << 3 | NUMBER;
    private static final int TENSOR_NAME = 8 << 3 | BYTES;
    private static final int TENSOR_RAW_DATA = 9 << 3 | BYTES;

    private final MappedFile file;
    private final CodedInputStream input;
    private final Map<String, OnnxWeight> weights = new LinkedHashMap<>();
    private final Map<String, List<String>> inputsOfNode = new LinkedHashMap<>();

    /// What a file holds: its weights by name, and what each named node reads.
    record Graph(Map<String, OnnxWeight> weights, Map<String, List<String>> inputsOfNode) {}

    private OnnxReader(MappedFile file) {
        this.file = file;
        input = CodedInputStream.newInstance(new SegmentInputStream(file.bytes()));
    }

    static Graph read(MappedFile file) {
        long size = file.bytes().byteSize();
        if (size > Integer.MAX_VALUE) {
            throw new ModelFileException(file.path(), "an ONNX file must be below 2 GiB: size=%d", size);
        }
        OnnxReader reader = new OnnxReader(file);
        try {
            reader.model();
        } catch (IOException malformed) {
            throw new ModelFileException(
                    file.path(),
                    malformed,
                    "the file must be a whole ONNX model: at byte %d of %d, %s",
                    reader.input.getTotalBytesRead(),
                    size,
                    ModelFileException.reason(malformed));
        }
        if (reader.weights.isEmpty()) {
            throw new ModelFileException(file.path(), "an ONNX model must hold weights: size=%d, weights=0", size);
        }
        return new Graph(reader.weights, reader.inputsOfNode);
    }

    private void model() throws IOException {
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            if (tag == MODEL_GRAPH) {
                message(this::graph);
            } else {
                input.skipField(tag);
            }
        }
    }

    private void graph() throws IOException {
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            switch (tag) {
                case GRAPH_NODE -> message(this::node);
                case GRAPH_INITIALIZER -> message(this::initializer);
                default -> input.skipField(tag);
            }
        }
    }

    private void node() throws IOException {
        String name = "";
        List<String> inputs = new ArrayList<>();
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            switch (tag) {
                case NODE_INPUT -> inputs.add(text());
                case NODE_NAME -> name = text();
                default -> input.skipField(tag);
            }
        }
        inputsOfNode.put(name, List.copyOf(inputs));
    }

    private void initializer() throws IOException {
        String name = "";
        int dataType = 0;
        List<Long> dims = new ArrayList<>();
        long at = 0;
        int size = OnnxWeight.NOT_RAW;
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            switch (tag) {
                case TENSOR_DIM -> dims.add(input.readRawVarint64());
                case TENSOR_DIMS_PACKED -> message(() -> packed(dims));
                case TENSOR_DATA_TYPE -> dataType = input.readRawVarint32();
                case TENSOR_NAME -> name = text();
                case TENSOR_RAW_DATA -> {
                    size = length();
                    at = input.getTotalBytesRead();
                    input.skipRawBytes(size);
                }
                default -> input.skipField(tag);
            }
        }
        if (weights.put(name, new OnnxWeight(name, dataType, List.copyOf(dims), at, size)) != null) {
            throw new ModelFileException(file.path(), "a weight must have a name of its own: name=%s, twice", name);
        }
    }

    private void packed(List<Long> dims) throws IOException {
        while (!input.isAtEnd()) {
            dims.add(input.readRawVarint64());
        }
    }

    private interface Fields {
        void read() throws IOException;
    }

    /// Reads a message within its length; unlike `readTag`, which then says 0, minds a file that ends before it.
    private void message(Fields fields) throws IOException {
        int outer = input.pushLimit(length());
        fields.read();
        if (input.getBytesUntilLimit() != 0) {
            throw new EOFException("a message goes on for %d bytes more".formatted(input.getBytesUntilLimit()));
        }
        input.popLimit(outer);
    }

    /// As `readString`, which would go through `sun.misc.Unsafe`.
    private String text() throws IOException {
        return new String(input.readRawBytes(length()), StandardCharsets.UTF_8);
    }

    /// A count of bytes that the file can hold.
    private int length() throws IOException {
        int length = input.readRawVarint32();
        long left = file.bytes().byteSize() - input.getTotalBytesRead();
        if (length < 0 || length > left) {
            throw new EOFException("a field of %d bytes where %d are left".formatted(length & 0xffffffffL, left));
        }
        return length;
    }
}
