package heed.studies.train;

/// The distribution function Φ of N(0, 1) and its density φ, to some units of the last place of 1.
///
/// The series of Φ about the nearest of many nodes `c = k / 64`, `δ = x − c`, He the Hermite polynomials:
///
/// ```
/// φ(x) = φ(c) Σₙ Heₙ(c) (−δ)ⁿ / n!     Φ(x) = Φ(c) + δ · Σₙ aₙ δⁿ / (n + 1)     aₙ δⁿ the terms of φ(x)
/// ```
///
/// Seven terms: with `|δ| ≤ 1/128` the next is below 2e-17. A tenth of the time of an exponential and a
/// fraction. Source: Marsaglia 2004, Evaluating the normal distribution, Journal of Statistical Software
/// 11(4).
final class NormalCurve {
    /// Beyond, Φ is 0 or 1 within 1.2e-19.
    private static final int END = 9;

    private static final int NODES_PER_UNIT = 64;
    private static final int TERMS = 7;

    /// Where Φ of a node is no longer taken from its series about 0.
    private static final double SERIES_END = 1.5;

    private static final int FRACTION_STEPS = 200;

    /// Of each node Φ(c) and the `aₙ`, 8 doubles: a line of the cache.
    private static final int STRIDE = 1 + TERMS;

    private static final double THIRD = 1. / 3;
    private static final double FIFTH = 1. / 5;
    private static final double SIXTH = 1. / 6;
    private static final double SEVENTH = 1. / 7;

    private static final double[] NODES = nodes();

    private NormalCurve() {}

    /// `x Φ(x)` and its slope `Φ(x) + x φ(x)`.
    static void gelu(double[] x, double[] value, double[] slope) {
        for (int n = 0; n < x.length; n++) {
            double u = x[n];
            if (Math.abs(u) >= END) {
                value[n] = u > 0 ? u : 0;
                slope[n] = u > 0 ? 1 : 0;
                continue;
            }
            int k = (int) Math.rint(u * NODES_PER_UNIT); // 0 for NaN, which δ then passes on
            double d = u - (double) k / NODES_PER_UNIT;
            int at = (k + END * NODES_PER_UNIT) * STRIDE;
            double a0 = NODES[at + 1], a1 = NODES[at + 2], a2 = NODES[at + 3], a3 = NODES[at + 4];
            double a4 = NODES[at + 5], a5 = NODES[at + 6], a6 = NODES[at + 7];
            double density = a0 + d * (a1 + d * (a2 + d * (a3 + d * (a4 + d * (a5 + d * a6)))));
            double area = a4 * FIFTH + d * (a5 * SIXTH + d * a6 * SEVENTH);
            area = a0 + d * (a1 * .5 + d * (a2 * THIRD + d * (a3 * .25 + d * area)));
            double phi = NODES[at] + d * area;
            value[n] = u * phi;
            slope[n] = phi + u * density;
        }
    }

    private static double[] nodes() {
        double[] nodes = new double[(2 * END * NODES_PER_UNIT + 1) * STRIDE];
        for (int k = -END * NODES_PER_UNIT; k <= END * NODES_PER_UNIT; k++) {
            fill((double) k / NODES_PER_UNIT, nodes, (k + END * NODES_PER_UNIT) * STRIDE);
        }
        return nodes;
    }

    private static void fill(double c, double[] nodes, int at) {
        double density = StrictMath.exp(-c * c / 2) / StrictMath.sqrt(2 * Math.PI);
        nodes[at] = distribution(c, density);
        double before = 0;
        double hermite = density;
        double factor = 1;
        for (int n = 0; n < TERMS; n++) {
            nodes[at + 1 + n] = hermite * factor;
            double next = c * hermite - n * before;
            before = hermite;
            hermite = next;
            factor /= -(n + 1);
        }
    }

    /// Near 0 the series `½ + φ(c) (c + c³/3 + c⁵/(3·5) + …)`, whose terms have one sign. Beyond, where it
    /// would lose the digits of a small rest, `φ(c) / (c + 1/(c + 2/(c + 3/(c + …))))`, of Laplace: n steps
    /// err by some `exp(−2 c √n)`.
    private static double distribution(double c, double density) {
        if (Math.abs(c) < SERIES_END) {
            double term = c;
            double sum = 0;
            for (int odd = 3; sum + term != sum; odd += 2) {
                sum += term;
                term *= c * c / odd;
            }
            return 0.5 + density * sum;
        }
        double fraction = Math.abs(c);
        for (int n = FRACTION_STEPS; n > 0; n--) {
            fraction = Math.abs(c) + n / fraction;
        }
        return c < 0 ? density / fraction : 1 - density / fraction;
    }
}
