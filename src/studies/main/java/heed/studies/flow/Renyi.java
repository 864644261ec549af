package heed.studies.flow;

import java.util.ArrayList;
import java.util.List;

/// Strong Rényi centres: tokens on a circle that are farther than δ from all tokens before them. Token k is
/// one with probability `(1 − δ/π)^k`, so that of many tokens `π/δ` are.
final class Renyi {
    private Renyi() {}

    /// `δ = 4β^(−1/2)`, how far a token pulls.
    static double reach(double beta) {
        return 4 / Math.sqrt(beta);
    }

    /// Those of `angles`, in order.
    static List<Integer> centres(double[] angles, double reach) {
        List<Integer> centres = new ArrayList<>();
        for (int k = 0; k < angles.length; k++) {
            if (isCentre(angles, k, reach)) {
                centres.add(k);
            }
        }
        return centres;
    }

    private static boolean isCentre(double[] angles, int k, double reach) {
        for (int j = 0; j < k; j++) {
            double apart = Math.abs(Math.IEEEremainder(angles[k] - angles[j], 2 * Math.PI));
            if (apart <= reach) {
                return false;
            }
        }
        return true;
    }
}
