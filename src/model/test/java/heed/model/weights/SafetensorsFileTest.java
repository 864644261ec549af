package heed.model.weights;

import static heed.model.weights.OnnxFileTest.assertOneLine;
import static heed.model.weights.OnnxFileTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsFileTest {
    @TempDir
    private Path folder = Path.of("");

    private Path file(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
        return Files.write(folder.resolve("t.safetensors"), bytes);
    }

    @Test
    void readsBackWhatItWrites() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("scalar", Tensor.of(new float[] {0.1f}));
        tensors.put(
                "transposed", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).permute(1, 0));
        tensors.put("double \"ü\"", Tensor.of(new double[] {Math.PI, Double.NaN, -0.0}, 3));
        tensors.put("mask", Tensor.of(MemorySegment.ofArray(new byte[] {1, 0, 1}), ElementType.BOOL, 3));
        tensors.put("half", Tensor.of(MemorySegment.ofArray(new short[] {0x3e00, 1}), ElementType.F16, 2));
        tensors.put("brain", Tensor.of(MemorySegment.ofArray(new short[] {0x3fc0, 1}), ElementType.BF16, 2));
        tensors.put("bytes", Tensor.of(MemorySegment.ofArray(new byte[] {-128, 127}), ElementType.INT8, 2));
        tensors.put("empty", Tensor.of(new float[0], 0, 4));
        Path path = folder.resolve("out.safetensors");
        SafetensorsWriter.write(path, tensors);
        SafetensorsWriter.write(path, tensors);
        try (SafetensorsFile file = SafetensorsFile.open(path);
                Stream<Path> left = Files.list(folder)) {
            assertEquals(List.copyOf(tensors.keySet()), List.copyOf(file.names()));
            assertEquals(0.1f, file.tensor("scalar").get());
            assertArrayEquals(new int[] {3, 2}, file.tensor("transposed").shape());
            assertEquals(4, file.tensor("transposed").get(0, 1));
            assertEquals(Math.PI, file.tensor("double \"ü\"").get(0));
            assertTrue(Double.isNaN(file.tensor("double \"ü\"").get(1)));
            assertEquals(1 / -0.0, 1 / file.tensor("double \"ü\"").get(2));
            assertEquals(0, file.tensor("mask").get(1));
            assertEquals(1, file.tensor("mask").get(2));
            assertEquals(1.5, file.tensor("half").get(0));
            assertEquals(0x1p-24, file.tensor("half").get(1));
            assertEquals(1.5, file.tensor("brain").get(0));
            assertEquals(0x1p-133, file.tensor("brain").get(1));
            assertEquals(-128, file.tensor("bytes").get(0));
            assertTrue(file.tensor("empty").isEmpty());
            assertEquals(List.of(path), left.toList());
        }
    }

    @Test
    void readsMetadataAndRefusesTypesByName() throws IOException {
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"h\":{\"dtype\":\"U16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                + "\"f\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}   ";
        try (SafetensorsFile file = SafetensorsFile.open(file(header, 8))) {
            assertEquals(Map.of("format", "pt"), file.metadata());
            assertEquals(0, file.tensor("f").get(0));
            assertRefused("name=h, dtype=U16", () -> file.tensor("h"));
            assertRefused("name=g, there are [h, f]", () -> file.tensor("g"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{ | must be JSON",
                "[] | must be a JSON object",
                "{} {} | must be JSON",
                "{\"a\": 1} | name=a",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | must fill the file",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | shape=[2], data_offsets=[0, 4]",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}} | gap or overlap",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | [begin, end]",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}} | [begin, end]",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | shape=[-2]",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | shape=[2.0]",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":\"2\",\"data_offsets\":[0,8]}} | shape=\"2\"",
                "{\"a\": {\"dtype\":\"F32\",\"data_offsets\":[0,8]}} | shape must be",
                "{\"a\": {\"dtype\":4,\"shape\":[2],\"data_offsets\":[0,8]}} | dtype=4",
                "{\"a\": {\"dtype\":\"I16\",\"shape\":[8],\"data_offsets\":[0,9]}} | must fill the file",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}} | between 0 and",
                "{\"a\": {\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}} | shape must be",
                "{\"__metadata__\": 3} | __metadata__=3",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{}} | must be JSON",
            })
    void refusesWrongHeaders(String header, String part) throws IOException {
        Path path = file(header, 8);
        assertRefused(part, () -> SafetensorsFile.open(path));
    }

    @Test
    void refusesWrongLengths() throws IOException {
        assertRefused("must exist", () -> SafetensorsFile.open(folder.resolve("absent")));
        for (byte[] bytes : List.of(new byte[0], new byte[7], new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{', '}'})) {
            Path path = Files.write(folder.resolve("short"), bytes);
            assertRefused("length of a header", () -> SafetensorsFile.open(path));
        }
        Path negative = Files.write(folder.resolve("negative"), new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        assertRefused("length=18446744073709551615", () -> SafetensorsFile.open(negative));
        Path deep = file("[".repeat(100_000), 0);
        assertRefused("must be JSON", () -> SafetensorsFile.open(deep));
    }

    @Test
    void survivesAnyDamage() throws IOException {
        Path path = folder.resolve("t.safetensors");
        SafetensorsWriter.write(
                path, Map.of("a", Tensor.of(new float[] {1, 2}, 2), "b", Tensor.of(new double[] {3}, 1)));
        byte[] whole = Files.readAllBytes(path);
        Random random = new Random(7);
        for (int n = 0; n < 2000; n++) {
            byte[] bytes = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int hits = random.nextInt(3); hits > 0 && bytes.length > 0; hits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try (SafetensorsFile file = SafetensorsFile.open(Files.write(path, bytes))) {
                for (String name : file.names()) {
                    file.tensor(name);
                }
            } catch (ModelFileException refused) {
                assertOneLine(refused);
            }
        }
    }
}
