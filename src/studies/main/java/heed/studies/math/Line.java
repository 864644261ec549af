package heed.studies.math;

/// A straight line of least squares, `y ≈ intercept + slope · x`.
public record Line(double intercept, double slope) {
    /// Through the points `(x[n], y[n])`.
    public static Line through(double[] x, double[] y) {
        double meanX = 0;
        double meanY = 0;
        for (int n = 0; n < x.length; n++) {
            meanX += x[n] / x.length;
            meanY += y[n] / x.length;
        }
        double covariance = 0;
        double variance = 0;
        for (int n = 0; n < x.length; n++) {
            covariance += (x[n] - meanX) * (y[n] - meanY);
            variance += (x[n] - meanX) * (x[n] - meanX);
        }
        double slope = covariance / variance;
        return new Line(meanY - slope * meanX, slope);
    }
}
