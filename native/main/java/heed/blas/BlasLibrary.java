package heed.blas;

import java.nio.file.Path;

/// A BLAS library as this process found it: fit to compute, or missing with the reason.
sealed interface BlasLibrary {
    /// What its backends are called.
    String name();

    /// A library that was opened, tried and closed again; [LeasedLibrary] opens it for use.
    ///
    /// @param library the file as the user knows it
    /// @param copy the private copy that is opened
    /// @param sha256 the content's hash
    /// @param setsThreads whether it can be told to compute on the calling thread alone
    record Located(String name, Path library, Path copy, String sha256, BlasIdentity identity, boolean setsThreads)
            implements BlasLibrary {
        Located called(String other) {
            return new Located(other, library, copy, sha256, identity, setsThreads);
        }

        Located with32BitIntegers() {
            return new Located(name, library, copy, sha256, identity.with32BitIntegers(), setsThreads);
        }
    }

    /// @param reason the rule that was not met, and the value that did not meet it
    /// @param hint   what to do about it
    record Missing(String name, String reason, String hint) implements BlasLibrary {
        /// Reason and hint as one sentence.
        @Override
        public String toString() {
            return reason + "; " + hint;
        }
    }
}
