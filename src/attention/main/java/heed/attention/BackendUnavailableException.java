package heed.attention;

/// A backend was asked for that cannot run here.
public final class BackendUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Names the backend, the reason and the remedy.
    public BackendUnavailableException(String backend, Availability.Unavailable why) {
        super(backend + " is unavailable: " + why.reason() + "; " + why.hint());
    }

    /// Says which name is unknown.
    BackendUnavailableException(String message) {
        super(message);
    }
}
