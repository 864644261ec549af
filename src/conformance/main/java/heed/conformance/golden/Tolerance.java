package heed.conformance.golden;

/// How far an element may be off: `abs + rel · |expected|`.
///
/// @param abs in units of the element
/// @param rel as a share of the expected value
public record Tolerance(double abs, double rel) {
    static Tolerance read(JsonObjectReader json) {
        Tolerance tolerance = new Tolerance(json.number("abs"), json.number("rel"));
        if (tolerance.abs < 0 || tolerance.rel < 0) {
            throw json.wrong(json.at(), "not negative", tolerance);
        }
        return tolerance;
    }

    /// What an element that should be `expected` may be off by.
    double allowed(double expected) {
        return abs + rel * Math.abs(expected);
    }

    /// Whether `actual` passes: both NaN, or equal (infinities too), or near enough.
    boolean accepts(double actual, double expected) {
        return Double.isNaN(expected)
                ? Double.isNaN(actual)
                : actual == expected || Math.abs(actual - expected) <= allowed(expected);
    }
}
