package heed.attention;

/// A backend was asked for what it does not compute.
public final class UnsupportedSpecException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Names the backend and every obstacle.
    public UnsupportedSpecException(String backend, Support support) {
        super(backend + " does not support this spec: " + support);
    }

    /// Says why no backend would do.
    UnsupportedSpecException(String message) {
        super(message);
    }
}
