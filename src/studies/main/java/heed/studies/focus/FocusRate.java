package heed.studies.focus;

import heed.studies.math.Matrix;
import heed.studies.math.Svd;

/// The rate of the second stage. With `W_0 = g p̂ αᵀ`, `p̂ = π/|π|`, and logits `M = m_1 p̂ vᵀ`, the gradient
/// of `S = W_Q W_Kᵀ` is `−c α αᵀ`, so that `αᵀ W_Q` and `αᵀ W_K` grow each other as `e^(ct)`:
///
/// `c = λ g² m_1 [Σ_j p̂_j π_j (p̂_j − p̂·π)] [Σ_i p̂_i π_i (v_i − v·π)]`
final class FocusRate {
    private FocusRate() {}

    /// c with `|W_0| = g` and `logits` M.
    static double of(Chain chain, double g, Matrix logits) {
        double[] pi = chain.frequency();
        double length = chain.stationary().norm();
        Svd svd = Svd.of(logits);
        // M = σ u vᵀ leaves the sign of v open: u is to point along π.
        double side = Math.signum(chain.stationary().times(svd.left()).get(0, 0));
        double[] direction = new double[pi.length];
        double[] answer = new double[pi.length];
        for (int i = 0; i < pi.length; i++) {
            direction[i] = pi[i] / length;
            answer[i] = side * svd.right().get(i, 0);
        }
        return chain.stay()
                * g
                * g
                * svd.values()[0]
                * covariance(direction, direction, pi)
                * covariance(direction, answer, pi);
    }

    /// `Σ_j w_j π_j (x_j − x·π)`.
    private static double covariance(double[] w, double[] x, double[] pi) {
        double mean = 0;
        for (int j = 0; j < pi.length; j++) {
            mean += x[j] * pi[j];
        }
        double sum = 0;
        for (int j = 0; j < pi.length; j++) {
            sum += w[j] * pi[j] * (x[j] - mean);
        }
        return sum;
    }
}
