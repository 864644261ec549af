package heed.model.weights;

import static heed.model.weights.OnnxBytes.model;
import static heed.model.weights.OnnxBytes.node;
import static heed.model.weights.OnnxBytes.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxFileTest {
    @TempDir
    private Path folder = Path.of("");

    private static OnnxBytes graph() {
        return new OnnxBytes()
                .message(1, node("/layer/MatMul", "x", "onnx::MatMul_1"))
                .message(1, node("/pair/MatMul", "onnx::MatMul_1", "bias"))
                .message(5, tensor("onnx::MatMul_1", new float[] {1, 2, 3, 4, 5, 6}, 2, 3))
                .message(5, tensor("bias", new float[] {7}, 1))
                .text(2, "main");
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.onnx"), bytes);
    }

    /// A longer producer name shifts the weights, so that each alignment occurs.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void readsWeightsAtAnyAlignment(int shift) throws IOException {
        byte[] bytes =
                new OnnxBytes().text(3, "v".repeat(shift)).message(7, graph()).toBytes();
        try (OnnxFile onnx = OnnxFile.open(file(bytes))) {
            assertEquals(Set.of("onnx::MatMul_1", "bias"), onnx.names());
            Tensor matrix = onnx.tensorReadBy("/layer/MatMul", 2, 3);
            assertEquals(6, matrix.get(1, 2));
            assertEquals(2, matrix.get(0, 1));
            assertTrue(matrix.segment().isReadOnly());
            assertEquals(7, onnx.tensor("bias", 1).get(0));
        }
    }

    @Test
    void readsPackedDims() throws IOException {
        OnnxBytes packed = new OnnxBytes()
                .bytes(1, new byte[] {1, 2})
                .number(2, 1)
                .text(8, "w")
                .bytes(9, new byte[8]);
        try (OnnxFile onnx = OnnxFile.open(file(model(new OnnxBytes().message(5, packed))))) {
            assertArrayEquals(new int[] {1, 2}, onnx.tensor("w", 1, 2).shape());
        }
    }

    @Test
    void tensorsDieWithTheFile() throws IOException {
        OnnxFile onnx = OnnxFile.open(file(model(graph())));
        Tensor bias = onnx.tensor("bias", 1);
        onnx.close();
        assertFalse(bias.segment().scope().isAlive());
    }

    @Test
    void refusesWhatTheModelLacks() throws IOException {
        try (OnnxFile onnx = OnnxFile.open(file(model(graph())))) {
            assertRefused("name=weight", () -> onnx.tensor("weight", 1));
            assertRefused("[2]: name=bias, shape=[1]", () -> onnx.tensor("bias", 2));
            assertRefused("node=/absent, weights=[]", () -> onnx.tensorReadBy("/absent", 1));
            assertRefused("weights=[onnx::MatMul_1, bias]", () -> onnx.tensorReadBy("/pair/MatMul", 1));
        }
    }

    @Test
    void refusesTensorsThatAreNoMatrixOfFloats() throws IOException {
        OnnxBytes graph = new OnnxBytes()
                .message(5, tensor("short", new float[] {1}, 2))
                .message(5, tensor("negative", new float[] {1}, -1))
                .message(5, tensor("huge", new float[] {1}, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
                .message(
                        5,
                        new OnnxBytes()
                                .number(1, 1)
                                .number(2, 7)
                                .text(8, "int64")
                                .bytes(9, new byte[8]))
                .message(5, new OnnxBytes().number(1, 1).number(2, 1).text(8, "elsewhere"));
        try (OnnxFile onnx = OnnxFile.open(file(model(graph)))) {
            assertRefused("name=short, dims=[2], type=F32, bytes=4", () -> onnx.tensor("short", 2));
            assertRefused("name=negative, shape=[-1]", () -> onnx.tensor("negative", 1));
            assertRefused("name=huge", () -> onnx.tensor("huge", 1));
            assertRefused("name=int64, data_type=7", () -> onnx.tensor("int64", 1));
            assertRefused("raw_data in the file itself: name=elsewhere", () -> onnx.tensor("elsewhere", 1));
        }
    }

    @Test
    void refusesFilesThatAreNoModel() throws IOException {
        assertRefused("must exist", () -> OnnxFile.open(folder.resolve("absent.onnx")));
        assertRefused("must be readable", () -> OnnxFile.open(folder));
        assertRefused("weights=0", () -> OnnxFile.open(file(new byte[0])));
        assertRefused("weights=0", () -> OnnxFile.open(file(model(new OnnxBytes()))));
        assertRefused("whole ONNX model", () -> OnnxFile.open(file("{\"no\": \"protobuf\"}".getBytes())));
        assertRefused(
                "name=w, twice",
                () -> OnnxFile.open(file(model(new OnnxBytes()
                        .message(5, tensor("w", new float[0], 0))
                        .message(5, tensor("w", new float[0], 0))))));
        byte[] nested = new byte[1 << 20];
        Arrays.fill(nested, (byte) (4 << 3 | 3));
        assertRefused("whole ONNX model", () -> OnnxFile.open(file(nested)));
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] whole = model(graph());
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertRefused("model.onnx: ", () -> OnnxFile.open(file(part)));
        }
    }

    @Test
    void survivesAnyDamage() throws IOException {
        Random random = new Random(7);
        for (int n = 0; n < 2000; n++) {
            byte[] bytes = model(graph());
            for (int hits = random.nextInt(1, 4); hits > 0; hits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try (OnnxFile onnx = OnnxFile.open(file(bytes))) {
                for (String name : onnx.names()) {
                    onnx.tensor(name, 2, 3);
                }
                onnx.tensorReadBy("/layer/MatMul", 2, 3);
            } catch (ModelFileException refused) {
                assertOneLine(refused);
            }
        }
    }

    static void assertRefused(String part, org.junit.jupiter.api.function.Executable call) {
        ModelFileException refused = assertThrows(ModelFileException.class, call);
        assertTrue(refused.getMessage().contains(part), refused.getMessage());
        assertOneLine(refused);
    }

    static void assertOneLine(ModelFileException refused) {
        assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
        assertTrue(refused.getMessage().length() < 700, refused.getMessage());
    }
}
