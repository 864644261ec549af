package heed.blas;

/// oneDNN as this process found it: opened, or missing with the reason.
sealed interface OneDnnLibrary {
    /// @param dnnl the door to its functions
    record Opened(Dnnl dnnl) implements OneDnnLibrary {}

    /// @param reason the rule that was not met, and the value that did not meet it
    /// @param hint   what to do about it
    record Missing(String reason, String hint) implements OneDnnLibrary {}
}
