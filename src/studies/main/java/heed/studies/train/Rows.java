package heed.studies.train;

/// Sums over a row in four parts, in one order always: one chain of additions waits for each of them.
final class Rows {
    private Rows() {}

    /// `Σ x[at … at + count)`.
    static double sum(double[] x, int at, int count) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int whole = at + count / 4 * 4;
        for (int n = at; n < whole; n += 4) {
            s0 += x[n];
            s1 += x[n + 1];
            s2 += x[n + 2];
            s3 += x[n + 3];
        }
        for (int n = whole; n < at + count; n++) {
            s0 += x[n];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /// `Σ x · y` over the same.
    static double dot(double[] x, double[] y, int at, int count) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int whole = at + count / 4 * 4;
        for (int n = at; n < whole; n += 4) {
            s0 += x[n] * y[n];
            s1 += x[n + 1] * y[n + 1];
            s2 += x[n + 2] * y[n + 2];
            s3 += x[n + 3] * y[n + 3];
        }
        for (int n = whole; n < at + count; n++) {
            s0 += x[n] * y[n];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
