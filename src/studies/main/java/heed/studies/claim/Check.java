package heed.studies.claim;

/// A claim and what was measured of it: one number.
///
/// @param study name of the study
/// @param claim what is claimed, in a sentence without a full stop, with the sizes it was measured at
/// @param expected what the number is asked to be
/// @param measured the number
/// @param source who claims it
public record Check(String study, String claim, Expectation expected, double measured, Source source) {
    /// What comes of a check.
    public enum Verdict {
        /// It holds.
        PASSED,

        /// Ours, and it does not hold: the run fails.
        FAILED,

        /// Somebody else's, and it does not hold here: told, the run goes on.
        FINDING,

        /// Nothing was asked.
        TOLD
    }

    /// What comes of it.
    public Verdict verdict() {
        if (expected instanceof Expectation.Told) {
            return Verdict.TOLD;
        }
        if (expected.holds(measured)) {
            return Verdict.PASSED;
        }
        return source.mustHold() ? Verdict.FAILED : Verdict.FINDING;
    }

    /// Whether the run may succeed: a finding may.
    public boolean passes() {
        return verdict() != Verdict.FAILED;
    }
}
