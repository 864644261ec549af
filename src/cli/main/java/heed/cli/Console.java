package heed.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// Where a command writes.
///
/// @param out results
/// @param err one line when something is wrong, and progress
/// @param progress whether a person watches `err`
/// @param debug whether a failure may show its stack trace
public record Console(PrintWriter out, PrintWriter err, boolean progress, boolean debug) {
    /// The process's streams. The launcher tells whether `err` is a terminal, since Java cannot.
    static Console ofProcess() {
        return new Console(
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Boolean.getBoolean("heed.terminal"),
                "1".equals(System.getenv("HEED_DEBUG")));
    }

    /// Shows what is being done, over the line before; only to a person.
    public void progress(String doing) {
        if (progress) {
            err.print("\r\033[K" + doing);
            err.flush();
        }
    }

    /// Wipes the line that [#progress] wrote.
    public void progressDone() {
        progress("");
    }

    /// Writes a line to `err`.
    public void warn(String line) {
        progressDone();
        err.println(line);
        err.flush();
    }
}
