package heed.blas;

/// OpenBLAS as this process found it: opened, or missing with the reason.
public sealed interface OpenBlasLibrary {
    /// @param cblas the door to its functions
    record Opened(Cblas cblas) implements OpenBlasLibrary {}

    /// @param reason the rule that was not met, and the value that did not meet it
    /// @param hint   what to do about it
    record Missing(String reason, String hint) implements OpenBlasLibrary {
        /// Reason and hint as one sentence.
        @Override
        public String toString() {
            return reason + "; " + hint;
        }
    }
}
