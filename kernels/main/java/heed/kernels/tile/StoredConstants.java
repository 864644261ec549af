package heed.kernels.tile;

import java.lang.invoke.MethodHandles;

/// What is constant in a copy of [StoredLoops].
///
/// @param type of keys and values
/// @param isNative whether they lie off the heap: code that meets both kinds of segment is slow for each
public record StoredConstants(StoredType type, boolean isNative) {
    private static final StoredConstants GENERAL = new StoredConstants(StoredType.F32, false);

    /// The constants of the class that `lookup` belongs to.
    static StoredConstants of(MethodHandles.Lookup lookup) {
        return Specialised.data(lookup, StoredConstants.class, GENERAL);
    }
}
