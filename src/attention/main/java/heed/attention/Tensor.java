package heed.attention;

import static heed.attention.Checks.require;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/// A typed, strided view of a memory segment, on the heap or off it.
///
/// A tensor owns nothing and copies nothing: whoever opened the arena behind the segment closes it. The logical
/// axes of attention tensors are always `[batch, heads, len, dim]`; another order in memory is another set of
/// strides, made by [#permute]. [ElementType#INT4] elements are counted in pairs.
///
/// ```java
/// Tensor bhsd = Tensor.of(segment, ElementType.F32, batch, heads, len, dim);
/// Tensor bshd = Tensor.of(segment, ElementType.F32, batch, len, heads, dim).permute(0, 2, 1, 3);
/// ```
public final class Tensor {
    private final MemorySegment segment;
    private final ElementType type;
    private final long offset;
    private final int[] shape;
    private final long[] strides;
    private final boolean overlapsItself;
    private final boolean empty;
    private final long lowest;
    private final long highest;
    private final Optional<Object> array;

    private Tensor(MemorySegment segment, ElementType type, long offset, int[] shape, long[] strides) {
        this.segment = segment;
        this.type = type;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        overlapsItself = overlapsItself(type, shape, strides);
        array = segment.heapBase();
        empty = Arrays.stream(shape).anyMatch(size -> size == 0);
        long low = offset;
        long high = offset + type.bytes();
        for (int axis = 0; axis < shape.length; axis++) {
            low += Math.min(0, (shape[axis] - 1) * strides[axis]);
            high += Math.max(0, (shape[axis] - 1) * strides[axis]);
        }
        lowest = low;
        highest = high;
    }

    /// A contiguous tensor at the start of `segment`, last axis fastest.
    ///
    /// @throws IllegalArgumentException if the segment is too small or not aligned to the element
    public static Tensor of(MemorySegment segment, ElementType type, int... shape) {
        return strided(segment, type, 0, shape, contiguousStrides(type, shape));
    }

    /// A contiguous tensor over `elements`, which stay the caller's.
    public static Tensor of(float[] elements, int... shape) {
        return of(MemorySegment.ofArray(elements), ElementType.F32, shape);
    }

    /// A contiguous tensor over `elements`, which stay the caller's.
    public static Tensor of(double[] elements, int... shape) {
        return of(MemorySegment.ofArray(elements), ElementType.F64, shape);
    }

    /// A tensor of any layout: element `(i, j, …)` lies at byte `offset + i · strides[0] + j · strides[1] + …`.
    ///
    /// Strides are bytes, may be 0 (a broadcast, for inputs only) and may be negative.
    ///
    /// @throws IllegalArgumentException if an element lies outside the segment or off its alignment
    public static Tensor strided(MemorySegment segment, ElementType type, long offset, int[] shape, long[] strides) {
        require(
                shape.length == strides.length,
                "a tensor needs a stride for each axis: axes=%d, strides=%d",
                shape.length,
                strides.length);
        for (int size : shape) {
            if (size < 0) {
                throw Checks.refusal("sizes must not be negative: shape=%s", Arrays.toString(shape));
            }
        }
        Tensor tensor = new Tensor(segment, type, offset, shape.clone(), strides.clone());
        tensor.checkBounds();
        tensor.checkAlignment();
        return tensor;
    }

    /// Number of axes.
    public int rank() {
        return shape.length;
    }

    /// Elements along `axis`.
    public int size(int axis) {
        return shape[axis];
    }

    /// Bytes from one element to the next along `axis`.
    public long stride(int axis) {
        return strides[axis];
    }

    /// Byte of the segment at which element `(0, 0, …)` lies.
    public long offset() {
        return offset;
    }

    /// Type of the elements.
    public ElementType type() {
        return type;
    }

    /// The memory viewed.
    public MemorySegment segment() {
        return segment;
    }

    /// A copy of the sizes.
    public int[] shape() {
        return shape.clone();
    }

    /// Whether `other` has the same sizes.
    boolean hasShapeOf(Tensor other) {
        return Arrays.equals(shape, other.shape);
    }

    /// The same elements with axis `axes[n]` of this tensor as axis `n`.
    public Tensor permute(int... axes) {
        boolean[] seen = new boolean[rank()];
        require(axes.length == rank(), "permute needs every axis once: axes=%s", Arrays.toString(axes));
        for (int axis : axes) {
            require(
                    axis >= 0 && axis < rank() && !seen[axis],
                    "permute needs every axis once: axes=%s",
                    Arrays.toString(axes));
            seen[axis] = true;
        }
        return new Tensor(
                segment,
                type,
                offset,
                Arrays.stream(axes).map(a -> shape[a]).toArray(),
                Arrays.stream(axes).mapToLong(a -> strides[a]).toArray());
    }

    /// The elements `from ≤ i < to` of `axis`.
    public Tensor slice(int axis, int from, int to) {
        require(
                0 <= from && from <= to && to <= shape[axis],
                "slice needs 0 ≤ from ≤ to ≤ %d: from=%d, to=%d",
                shape[axis],
                from,
                to);
        int[] sizes = shape.clone();
        sizes[axis] = to - from;
        return new Tensor(segment, type, offset + from * strides[axis], sizes, strides);
    }

    /// The element at `index`, one number for each axis; of a quantised type, what is stored.
    public double get(int... index) {
        return type.read(segment, at(index));
    }

    /// Stores `value`, rounded to the element type, at `index`.
    public void set(double value, int... index) {
        type.write(segment, at(index), value);
    }

    /// Whether there is no element.
    public boolean isEmpty() {
        return empty;
    }

    private long at(int... index) {
        if (index.length != rank()) {
            throw Checks.refusal(
                    "an element needs an index for each of %d axes: index=%s", rank(), Arrays.toString(index));
        }
        long at = offset;
        for (int axis = 0; axis < index.length; axis++) {
            at += java.util.Objects.checkIndex(index[axis], shape[axis]) * strides[axis];
        }
        return at;
    }

    /// The byte of the first element in memory.
    long lowest() {
        return lowest;
    }

    /// The byte after the last element in memory.
    long highest() {
        return highest;
    }

    /// The array behind the segment, unless the segment is native or read-only. Kept, since runs ask for it and the
    /// segment would make an [Optional] for each.
    Optional<Object> array() {
        return array;
    }

    /// Whether two indexes share a byte, as a broadcast does; decided for nested strides, refused when in doubt.
    boolean overlapsItself() {
        return overlapsItself;
    }

    private static boolean overlapsItself(ElementType type, int[] shape, long[] strides) {
        int[] byStride = IntStream.range(0, shape.length)
                .filter(axis -> shape[axis] > 1)
                .boxed()
                .sorted(Comparator.comparingLong(axis -> Math.abs(strides[axis])))
                .mapToInt(Integer::intValue)
                .toArray();
        long extent = type.bytes();
        for (int axis : byStride) {
            long stride = Math.abs(strides[axis]);
            if (stride < extent) {
                return true;
            }
            extent += (shape[axis] - 1) * stride;
        }
        return false;
    }

    private void checkBounds() {
        if (!isEmpty()) {
            long low = exactExtent(false);
            long high = exactExtent(true);
            if (low < 0 || high > segment.byteSize()) {
                throw Checks.refusal(
                        "a tensor must lie within its segment: bytes [%d, %d), segment=%d bytes, shape=%s",
                        low, high, segment.byteSize(), Arrays.toString(shape));
            }
        }
    }

    private long exactExtent(boolean high) {
        try {
            long extent = high ? Math.addExact(offset, type.bytes()) : offset;
            for (int axis = 0; axis < rank(); axis++) {
                long reach = Math.multiplyExact(shape[axis] - 1L, strides[axis]);
                extent = Math.addExact(extent, high ? Math.max(0, reach) : Math.min(0, reach));
            }
            return extent;
        } catch (ArithmeticException overflow) {
            throw Checks.refusal(
                    "a tensor must lie within its segment: shape=%s, strides=%s reach past 2^63 bytes",
                    Arrays.toString(shape), Arrays.toString(strides));
        }
    }

    private void checkAlignment() {
        int bytes = type.bytes();
        require(
                segment.maxByteAlignment() >= bytes,
                "%s elements need memory aligned to %d bytes: the segment guarantees %d; use a native segment or a %s array",
                type,
                bytes,
                segment.maxByteAlignment(),
                arrayOf(bytes));
        require(offset % bytes == 0, "offset must be a multiple of %d bytes: offset=%d", bytes, offset);
        for (long stride : strides) {
            if (stride % bytes != 0) {
                throw Checks.refusal(
                        "strides must be multiples of %d bytes: strides=%s", bytes, Arrays.toString(strides));
            }
        }
    }

    private static String arrayOf(int bytes) {
        return switch (bytes) {
            case Short.BYTES -> "short";
            case Float.BYTES -> "float";
            default -> "double";
        };
    }

    private static long[] contiguousStrides(ElementType type, int[] shape) {
        long[] strides = new long[shape.length];
        long stride = type.bytes();
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride = stride * Math.max(1, shape[axis]);
        }
        return strides;
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
