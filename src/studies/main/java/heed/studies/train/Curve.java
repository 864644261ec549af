package heed.studies.train;

/// The activation functions of the papers.
public enum Curve implements Elementwise {
    /// x.
    LINEAR {
        @Override
        public void apply(double[] x, double[] value, double[] slope) {
            for (int n = 0; n < x.length; n++) {
                value[n] = x[n];
                slope[n] = 1;
            }
        }
    },
    /// `max(x, 0)`, of slope 0 at 0.
    RELU {
        @Override
        public void apply(double[] x, double[] value, double[] slope) {
            for (int n = 0; n < x.length; n++) {
                value[n] = x[n] > 0 ? x[n] : 0;
                slope[n] = x[n] > 0 ? 1 : 0;
            }
        }
    },
    /// `x · Φ(x)`, Φ the distribution function of N(0, 1). Source: Hendrycks and Gimpel 2016,
    /// arXiv:1606.08415.
    GELU {
        @Override
        public void apply(double[] x, double[] value, double[] slope) {
            NormalCurve.gelu(x, value, slope);
        }
    },
    /// `x · (1 + tanh u) / 2`, `u = √(2/π) · (x + .044715 x³)`: the same paper's approximation.
    GELU_TANH {
        @Override
        public void apply(double[] x, double[] value, double[] slope) {
            for (int n = 0; n < x.length; n++) {
                double square = x[n] * x[n];
                double tanh = Math.tanh(ROOT * x[n] * (1 + CUBIC * square));
                double bend = ROOT * (1 + 3 * CUBIC * square);
                value[n] = 0.5 * x[n] * (1 + tanh);
                slope[n] = 0.5 * (1 + tanh) + 0.5 * x[n] * (1 - tanh * tanh) * bend;
            }
        }
    },
    /// `x · σ(x)`, σ the logistic function: also called swish.
    SILU {
        @Override
        public void apply(double[] x, double[] value, double[] slope) {
            for (int n = 0; n < x.length; n++) {
                double sigma = 1 / (1 + Math.exp(-x[n]));
                value[n] = x[n] * sigma;
                slope[n] = sigma * (1 + x[n] * (1 - sigma));
            }
        }
    };

    private static final double ROOT = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;
}
