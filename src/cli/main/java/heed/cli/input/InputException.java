package heed.cli.input;

/// What the user gave is wrong: the rule, then `name=value`, then what to do. Ends the command with exit 2.
public final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// A refusal in one line.
    public InputException(String message, Object... values) {
        super(message.formatted(values));
    }

    /// A refusal that an exception led to.
    public InputException(Throwable cause, String message, Object... values) {
        super(message.formatted(values), cause);
    }
}
