package heed.attention.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What stands before the data of a `.npy` file, checked against the file's size.
///
/// ```
/// 0       6      8            10 or 12
/// \x93NUMPY | 1 0 | header length | {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } … \n | data
/// ```
///
/// Source: NumPy Enhancement Proposal 1.
record NpyHeader(NpyType type, boolean fortranOrder, int[] shape, long dataOffset) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_AT = MAGIC.length;
    private static final int LENGTH_AT = VERSION_AT + 2;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Pattern DICTIONARY = Pattern.compile("\\s*\\{(.*)}\\s*", Pattern.DOTALL);
    private static final Pattern DESCR = key("descr", "'([^']*)'|\"([^\"]*)\"");
    private static final Pattern ORDER = key("fortran_order", "(True|False)");
    private static final Pattern SHAPE = key("shape", "\\(([^)]*)\\)");

    private static Pattern key(String name, String value) {
        return Pattern.compile("['\"]" + name + "['\"]\\s*:\\s*(?:" + value + ")");
    }

    /// Reads the header of `file`, a whole file in memory.
    static NpyHeader parse(MemorySegment file, Malformed malformed) {
        malformed.unless(file.byteSize() >= LENGTH_AT + 2, "a .npy file has at least 10 bytes", file.byteSize());
        byte[] magic = file.asSlice(0, MAGIC.length).toArray(ValueLayout.JAVA_BYTE);
        malformed.unless(Arrays.equals(magic, MAGIC), "a .npy file begins with \\x93NUMPY", hex(magic));
        int version = file.get(ValueLayout.JAVA_BYTE, VERSION_AT);
        malformed.unless(version >= 1 && version <= 3, "the format version must be 1, 2 or 3", version);
        int start = LENGTH_AT + (version == 1 ? Short.BYTES : Integer.BYTES);
        malformed.unless(file.byteSize() >= start, "the header must lie within the file", file.byteSize());
        long length = version == 1
                ? Short.toUnsignedLong(file.get(SHORT, LENGTH_AT))
                : Integer.toUnsignedLong(file.get(INT, LENGTH_AT));
        malformed.unless(length <= file.byteSize() - start, "the header must lie within the file", length);
        byte[] text = file.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
        return parse(new String(text, StandardCharsets.UTF_8), start + length, file.byteSize(), malformed);
    }

    private static NpyHeader parse(String text, long dataOffset, long fileBytes, Malformed malformed) {
        malformed.unless(
                DICTIONARY.matcher(text).matches(), "the header must be a Python dictionary", Malformed.brief(text));
        String descr = find(DESCR, text)
                .orElseThrow(() -> malformed.because("the header must name the type, 'descr'", Malformed.brief(text)));
        NpyType type = NpyType.ofDescr(descr)
                .orElseThrow(
                        () -> malformed.because("descr must be one of " + NpyType.allDescrs(), Malformed.brief(descr)));
        String order = find(ORDER, text)
                .orElseThrow(() ->
                        malformed.because("the header must say 'fortran_order': True or False", Malformed.brief(text)));
        String sizes = find(SHAPE, text)
                .orElseThrow(() -> malformed.because("the header must give the 'shape'", Malformed.brief(text)));
        int[] shape = shape(sizes, malformed);
        checkSize(type, shape, fileBytes - dataOffset, malformed);
        return new NpyHeader(type, order.equals("True"), shape, dataOffset);
    }

    private static Optional<String> find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.start(group) >= 0) {
                return Optional.of(text.substring(matcher.start(group), matcher.end(group)));
            }
        }
        return Optional.empty();
    }

    private static int[] shape(String sizes, Malformed malformed) {
        String list = sizes.strip();
        if (list.isEmpty()) {
            return new int[0];
        }
        String[] parts = (list.endsWith(",") ? list.substring(0, list.length() - 1) : list).split(",", -1);
        int[] shape = new int[parts.length];
        for (int axis = 0; axis < parts.length; axis++) {
            try {
                shape[axis] = Integer.parseInt(parts[axis].strip());
            } catch (NumberFormatException _) {
                throw malformed.because("sizes must be numbers below 2^31", Malformed.brief("(" + sizes + ")"));
            }
            malformed.unless(shape[axis] >= 0, "sizes must not be negative", "(" + sizes + ")");
        }
        return shape;
    }

    private static void checkSize(NpyType type, int[] shape, long dataBytes, Malformed malformed) {
        String sizes = Arrays.toString(shape);
        long bytes = type.bytes();
        boolean empty = Arrays.stream(shape).anyMatch(size -> size == 0);
        try {
            for (int size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
        } catch (ArithmeticException _) {
            malformed.unless(empty, "the data must lie within the file", sizes);
            bytes = 0;
        }
        malformed.unless(
                bytes == dataBytes, "shape " + sizes + " of " + type.descr() + " needs " + bytes + " bytes", dataBytes);
    }

    private static String hex(byte[] bytes) {
        return java.util.stream.IntStream.range(0, bytes.length)
                .mapToObj(n -> "%02x".formatted(bytes[n]))
                .collect(Collectors.joining(" "));
    }

    /// The bytes before the data of a C-ordered file, a multiple of 64, so that a mapping is aligned.
    static byte[] bytes(NpyType type, int[] shape) {
        String sizes = Arrays.stream(shape).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
        String text = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type.descr(), sizes);
        int unpadded = LENGTH_AT + Short.BYTES + text.length() + 1;
        int total = (unpadded + 63) / 64 * 64;
        byte[] header = new byte[total];
        Arrays.fill(header, (byte) ' ');
        System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
        header[VERSION_AT] = 1;
        header[VERSION_AT + 1] = 0;
        int length = total - LENGTH_AT - Short.BYTES;
        header[LENGTH_AT] = (byte) length;
        header[LENGTH_AT + 1] = (byte) (length >> 8);
        byte[] dictionary = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(dictionary, 0, header, LENGTH_AT + Short.BYTES, dictionary.length);
        header[total - 1] = '\n';
        return header;
    }
}
