package heed.model.weights;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the head of a GGUF file: what it says of itself, and where its tensors lie.
///
/// @param metadata values by key, in the file's order
/// @param entries tensors by name
/// @param dataAt byte of the file from which their offsets count
record GgufReader(Map<String, GgufValue> metadata, Map<String, Entry> entries, long dataAt) {
    static final String MAGIC = "GGUF";

    private static final long ALIGNMENT = 32;
    private static final String ALIGNMENT_KEY = "general.alignment";

    /// Arrays of arrays are legal; so deep, none has been seen.
    private static final int DEEPEST = 4;

    /// A tensor, its last axis the one whose elements lie together.
    ///
    /// @param type by GGUF's number
    /// @param at byte from [#dataAt]
    record Entry(int type, Shape shape, long at) {}

    static GgufReader read(MappedFile file) {
        return new Parser(file, new ByteCursor(file)).read();
    }

    /// Takes the bytes apart.
    private record Parser(MappedFile file, ByteCursor cursor) {
        GgufReader read() {
            byte[] magic = cursor.bytes(MAGIC.length(), "GGUF's first four bytes");
            if (!Arrays.equals(magic, MAGIC.getBytes(StandardCharsets.US_ASCII))) {
                throw cursor.refusal("a GGUF file must begin with %s", MAGIC);
            }
            int version = cursor.int32("the version");
            if (version != 2 && version != 3) {
                throw cursor.refusal("a GGUF file must be of version 2 or 3: version=%d", version);
            }
            long tensors = count("tensors");
            long values = count("metadata values");
            Map<String, GgufValue> metadata = new LinkedHashMap<>();
            for (long n = 0; n < values; n++) {
                String key = text("a metadata key");
                metadata.put(key, value(cursor.int32(key), key, 0));
            }
            Map<String, Entry> entries = new LinkedHashMap<>();
            for (long n = 0; n < tensors; n++) {
                String name = text("a tensor's name");
                entries.put(name, entry(name));
            }
            long alignment = alignment(metadata);
            return new GgufReader(metadata, entries, Math.ceilDiv(cursor.at(), alignment) * alignment);
        }

        /// No more than there are bytes: each of them takes some.
        private long count(String what) {
            long count = cursor.int64("the number of " + what);
            if (count < 0 || count > cursor.left()) {
                throw cursor.refusal("the file must hold all its %s: number=%s", what, Long.toUnsignedString(count));
            }
            return count;
        }

        private String text(String what) {
            return cursor.text(cursor.int64(what), what);
        }

        private GgufValue value(int type, String key, int depth) {
            return switch (type) {
                case 0 -> new GgufValue.Whole(cursor.int8(key));
                case 1 -> new GgufValue.Whole((byte) cursor.int8(key));
                case 2 -> new GgufValue.Whole(Short.toUnsignedInt(cursor.int16(key)));
                case 3 -> new GgufValue.Whole(cursor.int16(key));
                case 4 -> new GgufValue.Whole(Integer.toUnsignedLong(cursor.int32(key)));
                case 5 -> new GgufValue.Whole(cursor.int32(key));
                case 6 -> new GgufValue.Real(cursor.f32(key));
                case 7 -> new GgufValue.Flag(cursor.int8(key) != 0);
                case 8 -> new GgufValue.Text(text(key));
                case 9 -> many(key, depth);
                case 10, 11 -> new GgufValue.Whole(cursor.int64(key));
                case 12 -> new GgufValue.Real(Double.longBitsToDouble(cursor.int64(key)));
                default -> throw cursor.refusal("a value must be of a type from 0 to 12: key=%s, type=%d", key, type);
            };
        }

        private GgufValue many(String key, int depth) {
            if (depth == DEEPEST) {
                throw cursor.refusal("arrays must not nest deeper than %d: key=%s", DEEPEST, key);
            }
            int type = cursor.int32(key);
            long count = count("values of " + key);
            List<GgufValue> values = new ArrayList<>();
            for (long n = 0; n < count; n++) {
                values.add(value(type, key, depth + 1));
            }
            return new GgufValue.Many(values);
        }

        /// Sizes come with the one first whose elements lie together.
        private Entry entry(String name) {
            int axes = cursor.int32(name);
            if (axes < 0 || axes > DEEPEST) {
                throw cursor.refusal("a tensor must have at most 4 axes: name=%s, axes=%d", name, axes);
            }
            List<Long> sizes = new ArrayList<>();
            for (int n = 0; n < axes; n++) {
                sizes.addFirst(cursor.int64(name));
            }
            int type = cursor.int32(name);
            return new Entry(type, Shape.of(file.path(), name, sizes), cursor.int64(name));
        }

        private long alignment(Map<String, GgufValue> metadata) {
            GgufValue given = metadata.getOrDefault(ALIGNMENT_KEY, new GgufValue.Whole(ALIGNMENT));
            if (given instanceof GgufValue.Whole(long bytes) && bytes > 0 && bytes <= 1 << 20 && bytes % 8 == 0) {
                return bytes;
            }
            throw cursor.refusal(
                    "the alignment must be a multiple of 8 bytes up to a MiB: %s=%s", ALIGNMENT_KEY, given);
        }
    }
}
