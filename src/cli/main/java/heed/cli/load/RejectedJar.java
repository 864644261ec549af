package heed.cli.load;

/// A file of the backends' directory that could not be used.
///
/// @param file its name
/// @param reason one sentence
/// @param hint what to do
record RejectedJar(String file, String reason, String hint) {
    /// The reason for people who see it beside `name`.
    String because(String name) {
        return name.equals(file) ? reason : file + ": " + reason;
    }
}
