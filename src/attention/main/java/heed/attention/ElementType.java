package heed.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The type of a tensor's elements.
///
/// | type            | bytes | holds                   | reading gives            | writing                 |
/// |-----------------|------:|-------------------------|--------------------------|-------------------------|
/// | [#BOOL]         |     1 | false or true           | 0 or 1                   | 0 is false              |
/// | [#F16] … [#F64] | 2 … 8 | a floating-point number | it, exactly              | rounds to nearest, once |
/// | [#INT8]         |     1 | an integer, −128 … 127  | it, without its scale    | rounds and saturates    |
/// | [#INT4]         |     1 | two integers, −8 … 7    | the pair's byte, 0 … 255 | keeps that byte         |
///
/// The quantised types are for keys and values. Their scales lie in a tensor beside them, [#scalesOf] a row:
/// [AttentionArguments#keyScale]; [Quantiser] makes both. An INT4 tensor counts its last axis of elements in pairs: a
/// row of `dim` elements is `dim / 2` bytes, [#unitsOf], and [Tensor#get] speaks of pairs; [Int4Pair] takes them apart.
public enum ElementType {
    /// One byte: 0 is false, everything else true.
    BOOL(Byte.BYTES) {
        @Override
        public double read(MemorySegment segment, long at) {
            return segment.get(ValueLayout.JAVA_BYTE, at) == 0 ? 0 : 1;
        }

        @Override
        public void write(MemorySegment segment, long at, double value) {
            segment.set(ValueLayout.JAVA_BYTE, at, (byte) (value == 0 ? 0 : 1));
        }
    },
    /// IEEE binary16.
    F16(Short.BYTES) {
        @Override
        public double read(MemorySegment segment, long at) {
            return Float.float16ToFloat(segment.get(ValueLayout.JAVA_SHORT, at));
        }

        @Override
        public void write(MemorySegment segment, long at, double value) {
            segment.set(ValueLayout.JAVA_SHORT, at, Rounding.toF16(value));
        }
    },
    /// bfloat16: the upper half of an [#F32].
    BF16(Short.BYTES) {
        @Override
        public double read(MemorySegment segment, long at) {
            return Float.intBitsToFloat(segment.get(ValueLayout.JAVA_SHORT, at) << Short.SIZE);
        }

        @Override
        public void write(MemorySegment segment, long at, double value) {
            segment.set(ValueLayout.JAVA_SHORT, at, Rounding.toBf16(value));
        }
    },
    /// IEEE binary32.
    F32(Float.BYTES) {
        @Override
        public double read(MemorySegment segment, long at) {
            return segment.get(ValueLayout.JAVA_FLOAT, at);
        }

        @Override
        public void write(MemorySegment segment, long at, double value) {
            segment.set(ValueLayout.JAVA_FLOAT, at, (float) value);
        }
    },
    /// IEEE binary64.
    F64(Double.BYTES) {
        @Override
        public double read(MemorySegment segment, long at) {
            return segment.get(ValueLayout.JAVA_DOUBLE, at);
        }

        @Override
        public void write(MemorySegment segment, long at, double value) {
            segment.set(ValueLayout.JAVA_DOUBLE, at, value);
        }
    },
    /// A signed byte `q`, worth `scale · q` with one scale a row; NaN is written as 0.
    INT8(Byte.BYTES) {
        @Override
        public double read(MemorySegment segment, long at) {
            return segment.get(ValueLayout.JAVA_BYTE, at);
        }

        @Override
        public void write(MemorySegment segment, long at, double value) {
            segment.set(ValueLayout.JAVA_BYTE, at, (byte) Math.clamp(Math.rint(value), Byte.MIN_VALUE, Byte.MAX_VALUE));
        }
    },
    /// A byte with two integers `q`, each worth `scale · q` with one scale for [#INT4_GROUP] elements of a row.
    INT4(Byte.BYTES) {
        @Override
        public double read(MemorySegment segment, long at) {
            return Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, at));
        }

        @Override
        public void write(MemorySegment segment, long at, double value) {
            segment.set(ValueLayout.JAVA_BYTE, at, (byte) (int) value);
        }
    };

    /// Elements of an [#INT4] row that share a scale; it divides every row's length.
    public static final int INT4_GROUP = 32;

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one element, of one pair in the case of [#INT4].
    public int bytes() {
        return bytes;
    }

    /// Whether elements are floating-point numbers.
    public boolean isFloating() {
        return switch (this) {
            case F16, BF16, F32, F64 -> true;
            case BOOL, INT8, INT4 -> false;
        };
    }

    /// Whether elements are integers that a scale makes numbers of.
    public boolean isQuantised() {
        return this == INT8 || this == INT4;
    }

    /// Elements that lie in [#bytes] together: 2 for [#INT4], else 1.
    public int elementsPerUnit() {
        return this == INT4 ? 2 : 1;
    }

    /// The size of a tensor's axis that holds `elements`, whole units.
    public int unitsOf(int elements) {
        return elements / elementsPerUnit();
    }

    /// Scales of a row of `elements`: 1 for [#INT8], one a group for [#INT4], else 0.
    public int scalesOf(int elements) {
        return switch (this) {
            case BOOL, F16, BF16, F32, F64 -> 0;
            case INT8 -> 1;
            case INT4 -> elements / INT4_GROUP;
        };
    }

    /// The element at byte `at` of `segment`, widened without loss.
    public abstract double read(MemorySegment segment, long at);

    /// Stores `value`, rounded to nearest, at byte `at` of `segment`.
    public abstract void write(MemorySegment segment, long at, double value);
}
