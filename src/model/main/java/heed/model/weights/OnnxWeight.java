package heed.model.weights;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.util.List;

/// Where an initializer of an ONNX graph lies in its file.
///
/// @param dataType number of `TensorProto.DataType`
/// @param at first byte of its raw data
/// @param size bytes of its raw data, [#NOT_RAW] if it is stored in another way
record OnnxWeight(String name, int dataType, List<Long> dims, long at, int size) {
    static final int NOT_RAW = -1;

    /// The elements, in place if the file has them aligned.
    Tensor read(MappedFile file) {
        ElementType type = switch (dataType) {
            case 1 -> ElementType.F32;
            case 11 -> ElementType.F64;
            default ->
                throw new ModelFileException(
                        file.path(),
                        "a weight must be of type 1 (float) or 11 (double): name=%s, data_type=%d",
                        name,
                        dataType);
        };
        if (size == NOT_RAW) {
            throw new ModelFileException(
                    file.path(), "a weight must be stored as raw_data in the file itself: name=%s", name);
        }
        Shape shape = Shape.of(file.path(), name, dims);
        if (shape.bytes(type.bytes()) != size) {
            throw new ModelFileException(
                    file.path(),
                    "raw_data must be as long as dims and type say: name=%s, dims=%s, type=%s, bytes=%d",
                    name,
                    dims,
                    type,
                    size);
        }
        return file.tensor(at, type, shape.sizes());
    }
}
