package heed.conformance.golden;

import heed.attention.ElementType;
import java.nio.file.Path;
import java.util.Optional;

/// A result that a case expects.
///
/// @param tensor where it is stored
/// @param tolerance the source suite's
/// @param tight what a kernel that computes in f32 and writes f32 should reach, where known
record Expected(CaseTensor tensor, Tolerance tolerance, Optional<Tolerance> tight) {
    static Expected read(Path directory, JsonObjectReader json) {
        return new Expected(
                CaseTensor.read(directory, json),
                Tolerance.read(json.object("tolerance")),
                json.optionalObject("tight").map(Tolerance::read));
    }

    /// What a result stored as `type` is held to: the tighter bound where there is one, which 16 bits cannot hold.
    Tolerance bound(ElementType type) {
        return bound(type, false);
    }

    /// The same.
    ///
    /// @param rounds whether some of it was rounded to 16 bits on its way
    Tolerance bound(ElementType type, boolean rounds) {
        return rounds || type.bytes() < Float.BYTES ? tolerance : tight.orElse(tolerance);
    }
}
