package heed.attention;

/// A backend was to compute that this session has quarantined: by a plan that names it, or by one opened before.
public final class BackendQuarantinedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BackendQuarantinedException(String backend, String verdict) {
        super(backend + " is " + verdict);
    }
}
