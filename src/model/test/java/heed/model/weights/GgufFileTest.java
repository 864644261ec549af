package heed.model.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Tensor;
import heed.model.TinyLlama;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GgufFileTest {
    private static final Tensor TENSOR = Tensor.of(new float[] {1, 2, 3, -4, 0.5f, 0}, 2, 3);

    @TempDir
    Path folder = Path.of("");

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("a.gguf"), bytes);
    }

    private static GgufBytes small() {
        return new GgufBytes()
                .text("name", "n")
                .whole("count", -1)
                .real("size", 1.5f)
                .raw("flag", 7, new byte[] {1})
                .texts("list", List.of("x", "yz"))
                .tensor("t", 0, TENSOR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30})
    void givesMetadataAndTensors(int type) throws IOException {
        try (GgufFile file =
                GgufFile.open(write(small().tensor("u", type, TENSOR).toBytes()))) {
            assertEquals(Optional.of("n"), file.text("name"));
            assertEquals(Optional.of(0xffffffffL), file.whole("count"));
            assertEquals(Optional.of(1.5), file.real("size"));
            assertEquals(Optional.empty(), file.whole("name"));
            assertEquals(new GgufValue.Flag(true), file.metadata().get("flag"));
            assertEquals(
                    new GgufValue.Many(List.of(new GgufValue.Text("x"), new GgufValue.Text("yz"))),
                    file.metadata().get("list"));
            assertArrayEquals(new Object[] {"t", "u"}, file.names().toArray());
            for (String name : file.names()) {
                Tensor tensor = file.tensor(name, 2, 3);
                for (int n = 0; n < 6; n++) {
                    assertEquals(TENSOR.get(n / 3, n % 3), tensor.get(n / 3, n % 3));
                }
            }
        }
    }

    @Test
    void isRefusedWhereverItIsCut() throws IOException {
        byte[] whole = small().toBytes();
        for (int cut = 0; cut < whole.length; cut++) {
            Path path = write(Arrays.copyOf(whole, cut));
            String message = assertThrows(ModelFileException.class, () -> {
                        try (GgufFile file = GgufFile.open(path)) {
                            file.tensor("t", 2, 3);
                        }
                    })
                    .getMessage();
            assertTrue(message.contains("must hold") || message.contains("must begin"), message);
            assertEquals(1, message.lines().count());
        }
    }

    @Test
    void namesTheTypesItDoesNotRead() throws IOException {
        GgufBytes gguf = small().tensor("q", 2, TENSOR).tensor("k", 14, TENSOR).tensor("z", 99, TENSOR);
        try (GgufFile file = GgufFile.open(write(gguf.toBytes()))) {
            assertRefused(file, "q", "type=Q4_0");
            assertRefused(file, "k", "type=Q6_K");
            assertRefused(file, "z", "type=number 99");
            assertRefused(file, "absent", "must have this tensor: name=absent");
        }
    }

    private static void assertRefused(GgufFile file, String name, String part) {
        String message = assertThrows(ModelFileException.class, () -> file.tensor(name, 2, 3))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void holdsShapesAgainstTheModels() throws IOException {
        try (GgufFile file = GgufFile.open(write(small().toBytes()))) {
            String message = assertThrows(ModelFileException.class, () -> file.tensor("t", 3, 2))
                    .getMessage();
            assertTrue(message.contains("shape [3, 2]: name=t, shape=[2, 3]"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, must begin with GGUF",
        "4, 1, version=1",
        "4, 4, version=4",
        "12, -1, number=",
        "20, -1, number=",
        "24, -1, the whole of a metadata key",
        "36, 13, type=13",
    })
    void refusesAWrongHead(int at, int value, String part) throws IOException {
        byte[] bytes = small().toBytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        Path path = write(bytes);
        String message = assertThrows(ModelFileException.class, () -> GgufFile.open(path))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void refusesAnAlignmentOfNone() throws IOException {
        Path path = write(small().whole("general.alignment", 0).toBytes());
        String message = assertThrows(ModelFileException.class, () -> GgufFile.open(path))
                .getMessage();
        assertTrue(message.contains("general.alignment"), message);
    }

    @Test
    void refusesOtherArchitectures() throws IOException {
        Path path = write(small().text("general.architecture", "mamba").toBytes());
        String message = assertThrows(ModelFileException.class, () -> LlamaFile.open(path))
                .getMessage();
        assertTrue(message.contains("general.architecture=mamba"), message);
    }

    @Test
    void saysWhichNumberOfAModelIsMissing() throws IOException {
        Path path = write(small().text("general.architecture", "llama").toBytes());
        String message = assertThrows(ModelFileException.class, () -> LlamaFile.open(path))
                .getMessage();
        assertTrue(message.contains("key=llama."), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void givesEveryWeightOfAModel(int type) throws IOException {
        TinyLlama tiny = TinyLlama.random(4, 8, 12);
        try (LlamaFile file = LlamaFile.open(tiny.writeGguf(folder, type))) {
            tiny.tensors().forEach((name, tensor) -> {
                Tensor found = WeightsByRole.find(file.weights(), name.split("\\."));
                int[] last = Arrays.stream(tensor.shape()).map(size -> size - 1).toArray();
                assertEquals(tensor.get(last), found.get(last), name);
            });
        }
    }
}
