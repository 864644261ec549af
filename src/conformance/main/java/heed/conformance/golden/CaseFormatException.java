package heed.conformance.golden;

/// A `case.json` or `index.json` is not what the format says: file, rule and value on one line.
public final class CaseFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    CaseFormatException(String message) {
        super(message);
    }
}
