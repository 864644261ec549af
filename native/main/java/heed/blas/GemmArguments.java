package heed.blas;

import java.lang.foreign.MemorySegment;

/// The rules of a matrix product, checked before C is entered.
///
/// OpenBLAS only prints on a wrong size, and reads and writes wherever the sizes lead: no other check
/// stands between a wrong argument and a crash. Closed segments and those of another thread's
/// arena are refused by the call itself.
///
/// A matrix is stored as `lines` (rows, or columns in column-major order) of `width` neighbouring
/// elements; a line begins `ld` elements after the one before.
final class GemmArguments {
    private GemmArguments() {}

    static void check(
            Order order,
            Transpose transA,
            Transpose transB,
            int m,
            int n,
            int k,
            MemorySegment a,
            long aOffset,
            int lda,
            MemorySegment b,
            long bOffset,
            int ldb,
            MemorySegment c,
            long cOffset,
            int ldc,
            int elementBytes) {
        requireSize("m", m);
        requireSize("n", n);
        requireSize("k", k);
        boolean rowsA = (order == Order.ROW_MAJOR) == (transA == Transpose.NO_TRANS);
        boolean rowsB = (order == Order.ROW_MAJOR) == (transB == Transpose.NO_TRANS);
        boolean rowsC = order == Order.ROW_MAJOR;
        int widthA = rowsA ? k : m;
        int widthB = rowsB ? n : k;
        int widthC = rowsC ? n : m;
        long bytesA = require("a", a, aOffset, "lda", lda, rowsA ? m : k, widthA, elementBytes);
        long bytesB = require("b", b, bOffset, "ldb", ldb, rowsB ? k : n, widthB, elementBytes);
        long bytesC = require("c", c, cOffset, "ldc", ldc, rowsC ? m : n, widthC, elementBytes);
        if (c.isReadOnly()) {
            throw new IllegalArgumentException("c must be writable: c=" + c);
        }
        long addressC = c.address() + cOffset;
        requireApart("a", a.address() + aOffset - addressC, lda, widthA, bytesA, ldc, widthC, bytesC, elementBytes);
        requireApart("b", b.address() + bOffset - addressC, ldb, widthB, bytesB, ldc, widthC, bytesC, elementBytes);
    }

    private static void requireSize(String name, int size) {
        if (size < 0) {
            throw new IllegalArgumentException(name + " must not be negative: " + name + "=" + size);
        }
    }

    /// Checks one operand and returns the bytes from its first element to its last.
    private static long require(
            String name,
            MemorySegment segment,
            long offset,
            String ldName,
            int ld,
            int lines,
            int width,
            int elementBytes) {
        if (ld < Math.max(1, width)) {
            throw new IllegalArgumentException(ldName + " must be at least the length of a stored line of " + name
                    + ", and 1: " + ldName + "=" + ld + ", length=" + width);
        }
        if (!segment.isNative()) {
            throw new IllegalArgumentException(name + " must be a native segment: " + name + "=" + segment);
        }
        if (offset < 0 || offset > segment.byteSize()) {
            throw new IllegalArgumentException(name + "Offset must lie within " + name + ": " + name + "Offset="
                    + offset + ", byteSize=" + segment.byteSize());
        }
        if ((segment.address() + offset) % elementBytes != 0) {
            throw new IllegalArgumentException(name + " must be aligned to its elements: address=" + segment.address()
                    + ", " + name + "Offset=" + offset + ", elementBytes=" + elementBytes);
        }
        // At most 2^62 elements: no overflow until they become bytes, which only fits once compared.
        long elements = lines == 0 || width == 0 ? 0 : (lines - 1L) * ld + width;
        if (elements > (segment.byteSize() - offset) / elementBytes) {
            throw new IllegalArgumentException(name + " must hold " + lines + " lines of " + width + " elements, "
                    + ldName + " apart: " + ldName + "=" + ld + ", elements=" + elements + ", " + name + "Offset="
                    + offset + ", byteSize=" + segment.byteSize());
        }
        return elements * elementBytes;
    }

    /// The result may share a buffer with a factor, side by side in one array of rows, but no element.
    ///
    /// @param distance bytes from the first element of C to that of the factor
    private static void requireApart(
            String name,
            long distance,
            int ld,
            int width,
            long bytes,
            int ldc,
            int widthC,
            long bytesC,
            int elementBytes) {
        if (distance >= bytesC || -distance >= bytes || bytes == 0 || bytesC == 0) {
            return;
        }
        long column = Math.floorMod(distance / elementBytes, (long) ld);
        if (ld != ldc || column < widthC || column + width > ld) {
            throw new IllegalArgumentException("c must not overlap " + name + ": bytes from c to " + name + "="
                    + distance + ", ldc=" + ldc + ", ld" + name + "=" + ld);
        }
    }
}
