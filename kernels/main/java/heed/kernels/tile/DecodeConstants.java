package heed.kernels.tile;

import java.lang.invoke.MethodHandles;

/// What is constant in a copy of [DecodeGroup] or [DecodeRow]; a dimension of 0 stands for "as the caller says".
///
/// @param rows query rows taken together: those of the template
/// @param type of what is stored
/// @param headDim elements of a key
/// @param valueDim elements of a value
public record DecodeConstants(int rows, StoredType type, int headDim, int valueDim) {
    private static final DecodeConstants NONE = new DecodeConstants(0, StoredType.F32, 0, 0);

    /// The constants of the class that `lookup` belongs to.
    static DecodeConstants of(MethodHandles.Lookup lookup) {
        return Specialised.data(lookup, DecodeConstants.class, NONE);
    }

    int headDim(int general) {
        return headDim == 0 ? general : headDim;
    }

    int valueDim(int general) {
        return valueDim == 0 ? general : valueDim;
    }
}
