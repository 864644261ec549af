package heed.studies.train;

/// A kept training that cannot be used: damaged, of something else, or not to be read or written. The message
/// names its file and what to do.
public final class UnusableTrainingException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    UnusableTrainingException(String message) {
        super(message);
    }

    UnusableTrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
