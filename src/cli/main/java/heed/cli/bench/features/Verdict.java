package heed.cli.bench.features;

/// How far a result is off, and how far it may be.
///
/// @param maxError largest difference from what is right
/// @param tolerance what it may be
record Verdict(double maxError, double tolerance) {
    /// Whether the result is right; NaN never is.
    boolean passes() {
        return maxError <= tolerance;
    }

    /// The one that is nearer to failing, or has failed.
    Verdict worse(Verdict other) {
        boolean worse = !other.passes() || other.maxError / other.tolerance > maxError / tolerance;
        return passes() && worse ? other : this;
    }
}
