package heed.studies.train;

/// A function of one number, over many at once.
@FunctionalInterface
public interface Elementwise {
    /// Writes `f(x[n])` to `value[n]` and `f′(x[n])` to `slope[n]`, for all n.
    void apply(double[] x, double[] value, double[] slope);
}
