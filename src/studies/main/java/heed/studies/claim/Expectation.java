package heed.studies.claim;

import java.util.Locale;

/// What a measured number is asked to be.
public sealed interface Expectation {
    /// Whether `measured` is it. Not a number never is.
    boolean holds(double measured);

    /// Within `tolerance` of `value`.
    record Near(double value, double tolerance) implements Expectation {
        @Override
        public boolean holds(double measured) {
            // An expected infinity is met by itself alone.
            return measured == value || Math.abs(measured - value) <= tolerance;
        }

        @Override
        public String toString() {
            return tolerance == 0 ? number(value) : number(value) + " ± " + number(tolerance);
        }
    }

    /// At least `least`.
    record AtLeast(double least) implements Expectation {
        @Override
        public boolean holds(double measured) {
            return measured >= least;
        }

        @Override
        public String toString() {
            return "≥ " + number(least);
        }
    }

    /// At most `most`.
    record AtMost(double most) implements Expectation {
        @Override
        public boolean holds(double measured) {
            return measured <= most;
        }

        @Override
        public String toString() {
            return "≤ " + number(most);
        }
    }

    /// From `least` to `most`.
    record Between(double least, double most) implements Expectation {
        @Override
        public boolean holds(double measured) {
            return measured >= least && measured <= most;
        }

        @Override
        public String toString() {
            return number(least) + " to " + number(most);
        }
    }

    /// Nothing: the number is told, not judged.
    record Told() implements Expectation {
        @Override
        public boolean holds(double measured) {
            return true;
        }

        @Override
        public String toString() {
            return "-";
        }
    }

    /// Within `tolerance` of `value`.
    static Expectation near(double value, double tolerance) {
        return new Near(value, tolerance);
    }

    /// Within the share `share` of `value`: 0.01 is one percent.
    static Expectation within(double share, double value) {
        return new Near(value, share * Math.abs(value));
    }

    /// Exactly `value`.
    static Expectation exactly(double value) {
        return new Near(value, 0);
    }

    /// At least `least`.
    static Expectation atLeast(double least) {
        return new AtLeast(least);
    }

    /// At most `most`.
    static Expectation atMost(double most) {
        return new AtMost(most);
    }

    /// From `least` to `most`.
    static Expectation between(double least, double most) {
        return new Between(least, most);
    }

    /// Told, not judged.
    static Expectation told() {
        return new Told();
    }

    /// A number for people: five digits but for zeros at the end, as many as there are of a whole number.
    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e7) {
            return Long.toString((long) value);
        }
        double magnitude = Math.abs(value);
        String format = magnitude >= 1e7 || magnitude < 1e-3 ? "%.3e" : "%.5g";
        return String.format(Locale.ROOT, format, value)
                .replaceFirst("(\\.\\d*?)0+(e|$)", "$1$2")
                .replaceFirst("\\.(e|$)", "$1");
    }
}
