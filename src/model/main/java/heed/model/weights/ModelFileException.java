package heed.model.weights;

import java.nio.file.Path;
import java.util.Locale;

/// A file that cannot be read, or does not hold what it should: one line naming the file, the rule and the value.
public final class ModelFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Names of tensors come from the file and may be of any length.
    private static final int LONGEST = 600;

    /// Says which rule `file` breaks.
    ///
    /// @param rule a format: the rule, then `name=value`
    public ModelFileException(Path file, String rule, Object... values) {
        super(oneLine(file + ": " + String.format(Locale.ROOT, rule, values)));
    }

    /// Also keeps what was thrown beneath.
    public ModelFileException(Path file, Throwable cause, String rule, Object... values) {
        this(file, rule, values);
        initCause(cause);
    }

    /// What went wrong, for the end of a message: the first line of an exception's own, else its kind.
    public static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank()
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }

    /// The line.
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    private static String oneLine(String message) {
        String line = message.replaceAll("\\p{Cntrl}+", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
