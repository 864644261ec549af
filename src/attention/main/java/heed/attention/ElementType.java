package heed.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The type of a tensor's elements.
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
    };

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }

    /// Whether elements are floating-point numbers.
    public boolean isFloating() {
        return this != BOOL;
    }

    /// The element at byte `at` of `segment`, widened without loss.
    public abstract double read(MemorySegment segment, long at);

    /// Stores `value`, rounded to nearest, at byte `at` of `segment`.
    public abstract void write(MemorySegment segment, long at, double value);
}
