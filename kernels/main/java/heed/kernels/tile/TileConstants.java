package heed.kernels.tile;

import java.lang.invoke.MethodHandles;

/// Dimensions that are compile-time constants of a specialised microkernel; 0 stands for "as the caller says".
///
/// A kernel class reads them into a `static final` field. In the class as loaded they are all 0; in a hidden copy,
/// which [Specialised] defines with class data, the compiler sees trip count and strides as constants. The source is
/// one and the arithmetic the same, so are the bits.
///
/// @param aStride elements from one row of A to the next
/// @param depth steps of the product
/// @param cStride elements from one row of C to the next
public record TileConstants(int aStride, int depth, int cStride) {
    static final TileConstants NONE = new TileConstants(0, 0, 0);

    /// The constants of the class that `lookup` belongs to.
    static TileConstants of(MethodHandles.Lookup lookup) {
        return Specialised.data(lookup, TileConstants.class, NONE);
    }

    int aStride(int general) {
        return aStride == 0 ? general : aStride;
    }

    int depth(int general) {
        return depth == 0 ? general : depth;
    }

    int cStride(int general) {
        return cStride == 0 ? general : cStride;
    }
}
