package heed.kernels.tile;

import java.lang.invoke.MethodHandles;

/// What is constant in a copy of [StoredLoops]; a dimension of 0 stands for "as the caller says".
///
/// @param type of keys and values
/// @param headDim elements of a key
/// @param valueDim elements of a value
public record StoredConstants(StoredType type, int headDim, int valueDim) {
    /// The constants of the class that `lookup` belongs to.
    static StoredConstants of(MethodHandles.Lookup lookup) {
        return Specialised.data(lookup, StoredConstants.class, new StoredConstants(StoredType.F32, 0, 0));
    }
}
