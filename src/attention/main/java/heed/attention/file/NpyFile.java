package heed.attention.file;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// An array in a `.npy` file, mapped into memory.
///
/// The data live as long as the arena they were read into and are read-only. A file is malformed or it is wholly
/// valid: the header is checked against the file's size before anything is looked at, and no content makes reading
/// fail otherwise than by one line that says what is wrong. The file must not shrink while it is mapped.
///
/// ```java
/// try (Arena arena = Arena.ofShared()) {
///     Tensor query = NpyFile.read(Path.of("q.npy"), arena).tensor();
/// }
/// ```
public final class NpyFile {
    private final Malformed malformed;
    private final NpyHeader header;
    private final MemorySegment data;

    private NpyFile(Malformed malformed, NpyHeader header, MemorySegment data) {
        this.malformed = malformed;
        this.header = header;
        this.data = data;
    }

    /// Maps `path` for the lifetime of `arena`; data that are not aligned to their elements are copied into it.
    ///
    /// @throws IOException if the file cannot be read
    /// @throws IllegalArgumentException if it is no `.npy` file of a known type: file, rule and value on one line
    public static NpyFile read(Path path, Arena arena) throws IOException {
        Malformed malformed = new Malformed(path);
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "there is no such file");
        }
        malformed.unless(Files.isRegularFile(path), "a .npy file must be a regular file", "a directory or device");
        malformed.unless(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN,
                "files are little-endian and so must the machine be",
                ByteOrder.nativeOrder());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            NpyHeader header = NpyHeader.parse(file, malformed);
            MemorySegment data = file.asSlice(header.dataOffset());
            return new NpyFile(malformed, header, aligned(data, header.type().bytes(), arena));
        }
    }

    private static MemorySegment aligned(MemorySegment data, int bytes, Arena arena) {
        if (data.address() % bytes == 0) {
            return data;
        }
        return arena.allocate(data.byteSize(), bytes).copyFrom(data).asReadOnly();
    }

    /// Type of the elements.
    public NpyType type() {
        return header.type();
    }

    /// A copy of the sizes; none for a single number.
    public int[] shape() {
        return header.shape().clone();
    }

    /// The elements as stored, aligned to their size, without the header.
    public MemorySegment data() {
        return data;
    }

    /// Whether the first axis is fastest in [#data], instead of the last.
    public boolean fortranOrder() {
        return header.fortranOrder();
    }

    /// The array as a tensor over the mapped data; Fortran order becomes strides.
    ///
    /// @throws IllegalArgumentException if tensors have no such element type
    public Tensor tensor() {
        ElementType element = type().element()
                .orElseThrow(
                        () -> malformed.because("a tensor's descr must be <f2, <f4, <f8, |i1 or |b1", type().descr()));
        return tensor(element);
    }

    /// As [#tensor], where the file is known to hold `element`: for those that NumPy has no name for.
    ///
    /// @throws IllegalArgumentException if `element` is stored as another type
    public Tensor tensor(ElementType element) {
        String stored = NpyType.of(element).descr();
        malformed.unless(type().descr().equals(stored), element + " must be stored as " + stored, type().descr());
        return Tensor.strided(data, element, 0, shape(), fortranOrder() ? fortranStrides() : cStrides());
    }

    private long[] cStrides() {
        long[] strides = new long[header.shape().length];
        long stride = type().bytes();
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= Math.max(1, header.shape()[axis]);
        }
        return strides;
    }

    private long[] fortranStrides() {
        long[] strides = new long[header.shape().length];
        long stride = type().bytes();
        for (int axis = 0; axis < strides.length; axis++) {
            strides[axis] = stride;
            stride *= Math.max(1, header.shape()[axis]);
        }
        return strides;
    }

    /// The integers of the array, in the order of [#data].
    ///
    /// @throws IllegalArgumentException if the elements are no integers
    public long[] longs() {
        return switch (type()) {
            case INT64 -> data.toArray(ValueLayout.JAVA_LONG);
            case INT32 ->
                Arrays.stream(data.toArray(ValueLayout.JAVA_INT)).asLongStream().toArray();
            case BOOL, INT8, UINT8, UINT16, FLOAT16, FLOAT32, FLOAT64 ->
                throw malformed.because("integers must be <i4 or <i8", type().descr());
        };
    }

    /// As [#longs], where every one fits 32 bits.
    ///
    /// @throws IllegalArgumentException if the elements are no integers, or one does not fit
    public int[] ints() {
        long[] wide = longs();
        int[] narrow = new int[wide.length];
        for (int n = 0; n < wide.length; n++) {
            narrow[n] = (int) wide[n];
            malformed.unless(narrow[n] == wide[n], "integers must fit 32 bits", wide[n]);
        }
        return narrow;
    }

    /// Writes `tensor` in C order, whatever its strides: beside `path` first, then renamed over it at once.
    ///
    /// @throws IOException if it cannot be written; `path` is then as it was
    public static void write(Path path, Tensor tensor) throws IOException {
        NpyWriter.write(path, tensor);
    }

    @Override
    public String toString() {
        return malformed.file() + ": " + type().descr() + Arrays.toString(header.shape());
    }
}
