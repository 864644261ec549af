package heed.attention;

/// The wording of refusals: the rule, then `name=value`.
final class Checks {
    private Checks() {}

    static int positive(String name, int value) {
        require(value > 0, "%s must be at least 1: %s=%d", name, name, value);
        return value;
    }

    static int notNegative(String name, int value) {
        require(value >= 0, "%s must not be negative: %s=%d", name, name, value);
        return value;
    }

    static void require(boolean condition, String message, Object... values) {
        if (!condition) {
            throw refusal(message, values);
        }
    }

    static IllegalArgumentException refusal(String message, Object... values) {
        return new IllegalArgumentException(message.formatted(values));
    }
}
