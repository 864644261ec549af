package heed.studies.focus;

import heed.studies.math.Matrix;

/// The gradients of the loss as formulas, by plain loops: what attention's backward pass is held against.
final class Formulas {
    private Formulas() {}

    /// Those at `weights`:
    ///
    /// ```
    /// G_i = π_i (p_i − P_i)     dM = Aᵀ G     dA = G Mᵀ
    /// dΦ_i = A_i ⊙ (dA_i − ⟨A_i, dA_i⟩)     S = W_Q W_Kᵀ
    /// dW_0 = dM W_1ᵀ + dΦ W_0 Sᵀ + dΦᵀ W_0 S     dW_1 = W_0ᵀ dM
    /// dS = W_0ᵀ dΦ W_0     dW_Q = dS W_K     dW_K = dSᵀ W_Q
    /// ```
    static Weights gradients(Chain chain, Weights weights) {
        Matrix embedding = weights.embedding();
        Matrix transposed = embedding.transposed();
        Matrix pairs = weights.query().times(weights.key().transposed());
        Matrix attention = attention(chain, weights);
        Matrix logits = weights.logits();
        Matrix excess = excess(chain, attention.times(logits));
        Matrix ofLogits = attention.transposed().times(excess);
        Matrix ofScores = throughSoftmax(attention, excess.times(logits.transposed()));
        Matrix ofPairs = transposed.times(ofScores).times(embedding);
        Matrix ofEmbedding = ofLogits.times(weights.output().transposed())
                .add(1, ofScores.times(embedding).times(pairs.transposed()))
                .add(1, ofScores.transposed().times(embedding).times(pairs));
        return new Weights(
                ofEmbedding,
                ofPairs.times(weights.key()),
                ofPairs.transposed().times(weights.query()),
                transposed.times(ofLogits));
    }

    /// `A_i = softmax_j(Φ_ij + ln π_j)`.
    static Matrix attention(Chain chain, Weights weights) {
        Matrix scores = weights.queries().times(weights.keys().transposed());
        for (int i = 0; i < scores.rows(); i++) {
            for (int j = 0; j < scores.columns(); j++) {
                scores.set(i, j, scores.get(i, j) + Math.log(chain.frequency()[j]));
            }
        }
        return softmax(scores);
    }

    /// The loss at `weights`.
    static double loss(Chain chain, Weights weights) {
        Matrix answers = softmax(attention(chain, weights).times(weights.logits()));
        double loss = 0;
        for (int i = 0; i < chain.tokens(); i++) {
            for (int j = 0; j < chain.tokens(); j++) {
                loss -= chain.frequency()[i] * chain.transition(i, j) * Math.log(answers.get(i, j));
            }
        }
        return loss;
    }

    private static Matrix excess(Chain chain, Matrix logits) {
        Matrix excess = softmax(logits);
        for (int i = 0; i < excess.rows(); i++) {
            for (int j = 0; j < excess.columns(); j++) {
                excess.set(i, j, chain.frequency()[i] * (excess.get(i, j) - chain.transition(i, j)));
            }
        }
        return excess;
    }

    private static Matrix softmax(Matrix scores) {
        Matrix result = Matrix.zeros(scores.rows(), scores.columns());
        for (int i = 0; i < scores.rows(); i++) {
            double logSumExp = Flow.logSumExp(scores.row(i));
            for (int j = 0; j < scores.columns(); j++) {
                result.set(i, j, Math.exp(scores.get(i, j) - logSumExp));
            }
        }
        return result;
    }

    private static Matrix throughSoftmax(Matrix attention, Matrix gradient) {
        Matrix result = Matrix.zeros(attention.rows(), attention.columns());
        for (int i = 0; i < attention.rows(); i++) {
            double mean = attention.dot(i, gradient, i);
            for (int j = 0; j < attention.columns(); j++) {
                result.set(i, j, attention.get(i, j) * (gradient.get(i, j) - mean));
            }
        }
        return result;
    }
}
