package heed.attention;

/// A run that ended early because its deadline passed or it was cancelled. Output rows may hold old values or
/// new ones, whole rows; everything else is as it was.
public final class CancelledRunException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CancelledRunException(String message) {
        super(message);
    }
}
