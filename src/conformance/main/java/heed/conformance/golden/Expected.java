package heed.conformance.golden;

import java.nio.file.Path;
import java.util.Optional;

/// A result that a case expects.
///
/// @param tensor where it is stored
/// @param tolerance the source suite's
/// @param tight what a kernel that accumulates in f32 and writes f32 should reach, where known
record Expected(CaseTensor tensor, Tolerance tolerance, Optional<Tolerance> tight) {
    static Expected read(Path directory, JsonObjectReader json) {
        return new Expected(
                CaseTensor.read(directory, json),
                Tolerance.read(json.object("tolerance")),
                json.optionalObject("tight").map(Tolerance::read));
    }

    /// The tighter bound where there is one.
    Tolerance bound() {
        return tight.orElse(tolerance);
    }
}
