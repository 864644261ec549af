package heed.conformance.golden;

import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A case small enough to know by heart: one query 1, keys 0 and ln 3, values 2 and 1. The weights are 1/4 and 3/4, so
/// the output is 5/4 and the log-sum-exp ln 4.
final class HandMadeCase {
    private static final String JSON = """
            {
              "formatVersion": 1, "name": "hand_made", "category": "hand", "level": "required", "op": "attention",
              "attributes": {
                "batch": 1, "qHeads": 1, "kvHeads": 1, "headDim": 1, "headDimV": 1, "qLens": [1], "kvLens": [2],
                "scale": 1.0, "causal": "none", "queryOffset": [1], "window": {"left": -1, "right": -1},
                "softcap": 0.0, "mask": null, "alibi": null, "sinks": null, "scoreBiasConstant": 0.0,
                "probScale": 1.0, "rotary": null, "past": null, "varlen": null, "paged": null
              },
              "inputs": {
                "q": {"file": "q.npy", "dtype": "float64", "axes": "BHSD", "shape": [1, 1, 1, 1]},
                "k": {"file": "k.npy", "dtype": "float64", "axes": "BHSD", "shape": [1, 1, 2, 1]},
                "v": {"file": "v.npy", "dtype": "float64", "axes": "BHSD", "shape": [1, 1, 2, 1]}
              },
              "expected": {
                "out": {"file": "expected_out.npy", "dtype": "float64", "axes": "BHSD", "shape": [1, 1, 1, 1],
                  "tolerance": {"abs": 1e-5, "rel": 0.0}, "tight": {"abs": 1e-7, "rel": 0.0}},
                "lse": {"file": "expected_lse.npy", "dtype": "float64", "axes": "BHS", "shape": [1, 1, 1],
                  "tolerance": {"abs": 1e-5, "rel": 0.0}}
              }
            }
            """;

    private HandMadeCase() {}

    static void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("case.json"), JSON);
        array(folder.resolve("q.npy"), new double[] {1}, 1, 1, 1, 1);
        array(folder.resolve("k.npy"), new double[] {0, Math.log(3)}, 1, 1, 2, 1);
        array(folder.resolve("v.npy"), new double[] {2, 1}, 1, 1, 2, 1);
        array(folder.resolve("expected_out.npy"), new double[] {1.25}, 1, 1, 1, 1);
        array(folder.resolve("expected_lse.npy"), new double[] {Math.log(4)}, 1, 1, 1);
    }

    static void array(Path file, double[] elements, int... shape) throws IOException {
        NpyFile.write(file, Tensor.of(elements, shape));
    }
}
