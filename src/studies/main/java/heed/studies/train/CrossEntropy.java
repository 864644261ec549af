package heed.studies.train;

import heed.studies.math.Matrix;

/// `mean over rows of −ln softmax(logits)[label]`, in nats. Memory as for [Layer].
public final class CrossEntropy {
    private final Buffer gradient = new Buffer();
    private double accuracy;

    /// The loss of `logits` `[rows, classes]`, its gradient and the accuracy.
    public double loss(Matrix logits, int[] labels) {
        Matrix g = gradient.like(logits);
        double loss = 0;
        int right = 0;
        for (int i = 0; i < logits.rows(); i++) {
            int best = largest(logits, i);
            right += best == labels[i] ? 1 : 0;
            double max = logits.get(i, best);
            double total = 0;
            for (int j = 0; j < logits.columns(); j++) {
                g.set(i, j, Math.exp(logits.get(i, j) - max));
                total += g.get(i, j);
            }
            loss += Math.log(total) + (max - logits.get(i, labels[i])); // large ones cancel first
            for (int j = 0; j < logits.columns(); j++) {
                g.set(i, j, (g.get(i, j) / total - (j == labels[i] ? 1 : 0)) / logits.rows());
            }
        }
        accuracy = (double) right / logits.rows();
        return loss / logits.rows();
    }

    /// The first of the largest.
    private static int largest(Matrix logits, int i) {
        int best = 0;
        for (int j = 1; j < logits.columns(); j++) {
            best = logits.get(i, j) > logits.get(i, best) ? j : best;
        }
        return best;
    }

    /// The gradient of the last loss with respect to its logits.
    public Matrix gradient() {
        return gradient.matrix();
    }

    /// Share of the last rows whose label has the largest logit.
    public double accuracy() {
        return accuracy;
    }
}
