package heed.model.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The header of a safetensors file, checked: what it says fits the file and leaves no byte unexplained.
///
/// @param dataAt byte of the file at which offsets begin
/// @param entries tensors by name
/// @param metadata free text by key
record SafetensorsHeader(long dataAt, Map<String, Entry> entries, Map<String, String> metadata) {
    static final int LENGTH_BYTES = 8;

    /// As the format's own reader has it.
    private static final long LONGEST = 100_000_000;

    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /// A tensor: bytes `begin ≤ i < end` of the data.
    record Entry(String dtype, Shape shape, long begin, long end) {}

    static SafetensorsHeader read(MappedFile file) {
        MemorySegment bytes = file.bytes();
        long length = bytes.byteSize() < LENGTH_BYTES ? -1 : bytes.get(LENGTH, 0);
        if (length < 0 || length > Math.min(LONGEST, bytes.byteSize() - LENGTH_BYTES)) {
            throw new ModelFileException(
                    file.path(),
                    "a safetensors file must begin with the length of a header it holds: size=%d, length=%s",
                    bytes.byteSize(),
                    Long.toUnsignedString(length));
        }
        byte[] text = bytes.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        try {
            return new Parser(file.path()).header(JSON.readTree(text), LENGTH_BYTES + length, bytes.byteSize());
        } catch (JacksonException malformed) {
            throw new ModelFileException(
                    file.path(), malformed, "a safetensors header must be JSON: %s", malformed.getOriginalMessage());
        }
    }

    /// Takes the tree apart; `file` is for messages.
    private record Parser(Path file) {
        SafetensorsHeader header(JsonNode tree, long dataAt, long size) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            Map<String, String> metadata = new LinkedHashMap<>();
            require(tree.isObject(), "a safetensors header must be a JSON object: header is %s", tree.getNodeType());
            tree.forEachEntry((name, node) -> {
                if (name.equals("__metadata__")) {
                    require(node.isObject(), "metadata must be a JSON object: __metadata__=%s", node);
                    node.forEachEntry((key, value) -> metadata.put(key, value.asString("")));
                } else {
                    entries.put(name, entry(name, node));
                }
            });
            checkCover(entries, size - dataAt);
            return new SafetensorsHeader(dataAt, entries, metadata);
        }

        private Entry entry(String name, JsonNode node) {
            JsonNode dtype = node.path("dtype");
            List<Long> shape = numbers(name, "shape", node.path("shape"));
            List<Long> offsets = numbers(name, "data_offsets", node.path("data_offsets"));
            require(dtype.isString(), "a tensor must have a dtype: name=%s, dtype=%s", name, dtype);
            require(
                    offsets.size() == 2 && offsets.get(0) <= offsets.get(1),
                    "data_offsets must be [begin, end]: name=%s, data_offsets=%s",
                    name,
                    offsets);
            Entry entry = new Entry(dtype.asString(), Shape.of(file, name, shape), offsets.get(0), offsets.get(1));
            Dtype.elementType(entry.dtype)
                    .ifPresent(type -> require(
                            entry.shape.bytes(type.bytes()) == entry.end - entry.begin,
                            "data_offsets must span what shape and dtype say: name=%s, dtype=%s, shape=%s, data_offsets=%s",
                            name,
                            entry.dtype,
                            shape,
                            offsets));
            return entry;
        }

        private List<Long> numbers(String name, String field, JsonNode node) {
            List<Long> numbers = new ArrayList<>();
            boolean valid = node.isArray();
            for (JsonNode number : node) {
                valid &= number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
                numbers.add(valid ? number.asLong() : 0L);
            }
            require(valid, "%s must be an array of whole numbers from 0: name=%s, %s=%s", field, name, field, node);
            return numbers;
        }

        /// Each tensor begins where the one before ended, the last ends with the file.
        private void checkCover(Map<String, Entry> entries, long dataSize) {
            List<Entry> inOrder = new ArrayList<>(entries.values());
            inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
            long end = 0;
            for (Entry entry : inOrder) {
                require(
                        entry.begin == end,
                        "tensors must follow each other without gap or overlap: one ends at %d, the next begins at %d",
                        end,
                        entry.begin);
                end = entry.end;
            }
            require(end == dataSize, "tensors must fill the file: they end at %d, data bytes=%d", end, dataSize);
        }

        private void require(boolean condition, String rule, Object... values) {
            if (!condition) {
                throw new ModelFileException(file, rule, values);
            }
        }
    }
}
