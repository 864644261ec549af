package heed.model.weights;

import heed.attention.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The weights of an ONNX model, mapped.
///
/// Tensors are read-only and live until [#close]. Those that the file holds unaligned are copied when asked for; in
/// the files that PyTorch exports that is most of them.
public final class OnnxFile implements AutoCloseable {
    private final MappedFile file;
    private final OnnxReader.Graph graph;

    private OnnxFile(MappedFile file, OnnxReader.Graph graph) {
        this.file = file;
        this.graph = graph;
    }

    /// Maps `path` and notes where its weights lie.
    ///
    /// @throws ModelFileException if it is missing, unreadable, truncated or no ONNX model
    public static OnnxFile open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return new OnnxFile(file, OnnxReader.read(file));
        } catch (ModelFileException malformed) {
            file.close();
            throw malformed;
        }
    }

    /// Names of the weights, in the file's order.
    public Set<String> names() {
        return graph.weights().keySet();
    }

    /// The shape of the weight called `name`.
    ///
    /// @throws ModelFileException if there is none, or a size is out of range
    public int[] shape(String name) {
        return Shape.of(file.path(), name, weight(name).dims()).sizes();
    }

    private OnnxWeight weight(String name) {
        OnnxWeight weight = graph.weights().get(name);
        if (weight == null) {
            throw new ModelFileException(file.path(), "the model must have this weight: name=%s", name);
        }
        return weight;
    }

    /// The weight called `name`, which must be of the given shape.
    ///
    /// @throws ModelFileException if there is none, or it is of another shape or of a type other than f32 and f64
    public Tensor tensor(String name, int... shape) {
        OnnxWeight weight = weight(name);
        Tensor tensor = weight.read(file);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new ModelFileException(
                    file.path(),
                    "a weight must have the model's shape %s: name=%s, shape=%s",
                    Arrays.toString(shape),
                    name,
                    weight.dims());
        }
        return tensor;
    }

    /// The one weight that the node called `node` reads: exporters give matrices no name to be known by.
    ///
    /// @throws ModelFileException as [#tensor], and if the node is missing or reads no or several weights
    public Tensor tensorReadBy(String node, int... shape) {
        List<String> read = graph.inputsOfNode().getOrDefault(node, List.of()).stream()
                .filter(graph.weights()::containsKey)
                .toList();
        if (read.size() != 1) {
            throw new ModelFileException(
                    file.path(), "the model must have a node that reads one weight: node=%s, weights=%s", node, read);
        }
        return tensor(read.getFirst(), shape);
    }

    /// Unmaps the file: its tensors are dead then.
    @Override
    public void close() {
        file.close();
    }
}
