package heed.kernels.tile;

/// A microkernel: `C = A · B` for [Lanes#ROWS] rows and a panel of columns, a fixed number of vectors.
///
/// C is stored, not added to: adding is [RowMath]'s, once for hundreds of steps, where as many more loads would pass
/// the compiler's node budget, which boxes every vector (12 instead of 110 GFLOP/s seen). Each element is one chain
/// of multiply-adds over `l`, so its bits do not depend on the tile's shape.
public interface RegisterTile {
    /// Computes `c[i][j] = Σ_l a[i][l] · b[l][j]` for every `j` of the panel and `l < depth`.
    ///
    /// @param aStride elements from one row of A to the next; A is row-major, B contiguous
    /// @param depth below [Index#MOST_STEPS]
    /// @param cStride elements from one row of C to the next
    void multiply(float[] a, int aAt, int aStride, float[] b, int bAt, int depth, float[] c, int cAt, int cStride);
}
