package heed.studies.focus;

import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.head.Head;
import heed.studies.head.Head.Gradients;
import heed.studies.head.Head.Pass;
import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.Optional;

/// Learning from infinitely many infinitely long sequences. A token type then is seen as often as it is
/// frequent, and attention over a sequence is attention over token types whose keys have the bias `ln π_j`:
///
/// ```
/// query W_0 W_Q    key W_0 W_K    value M = W_0 W_1    scale 1
/// A_i = softmax_j(Φ_ij + ln π_j)     p_i = softmax(A_i M)     loss = −Σ_i π_i ⟨P_i, ln p_i⟩
/// ```
///
/// Not safe for use by several threads at once.
final class Flow implements Descent {
    private final Chain chain;
    private final int width;
    private final Head head;
    private final Head map;
    private final Matrix identity;

    /// What the model makes of each token.
    ///
    /// @param weights it was computed with
    /// @param pass of attention, whose outputs are logits
    /// @param excess `G_i = π_i (p_i − P_i)`, the gradient of the logits
    /// @param loss mean cross-entropy
    record State(Weights weights, Pass pass, Matrix excess, double loss) {}

    /// Where attention looks.
    ///
    /// @param weights `A`, `[tokens, tokens]`
    /// @param entropy of each row, in nats
    record AttentionMap(Matrix weights, double[] entropy) {}

    Flow(Lab lab, Chain chain, int width) {
        this.chain = chain;
        this.width = width;
        int tokens = chain.tokens();
        head = new Head(
                lab,
                Head.spec(width, spec -> spec.softmaxScale(1).valueDim(tokens).mask(Mask.additiveTensor())),
                tokens,
                tokens);
        double[] bias = Arrays.stream(chain.frequency()).map(Math::log).toArray();
        head.arguments().bias(Tensor.of(bias, 1, 1, 1, tokens));
        // The bias as one more dim, so that the entropy follows from the mean key; then the map from the
        // identity.
        map = new Head(
                lab, Head.spec(width + 1, spec -> spec.softmaxScale(1).valueDim(width + 1 + tokens)), tokens, tokens);
        identity = Matrix.identity(tokens);
    }

    /// The model with `weights`.
    State at(Weights weights) {
        Pass pass = head.run(weights.queries(), weights.keys(), weights.logits());
        Matrix excess = Matrix.zeros(chain.tokens(), chain.tokens());
        double loss = 0;
        for (int i = 0; i < chain.tokens(); i++) {
            double[] logits = pass.output().row(i);
            double logSumExp = logSumExp(logits);
            double share = chain.frequency()[i];
            for (int j = 0; j < chain.tokens(); j++) {
                double target = chain.transition(i, j);
                excess.set(i, j, share * (Math.exp(logits[j] - logSumExp) - target));
                loss -= share * target * (logits[j] - logSumExp);
            }
        }
        return new State(weights, pass, excess, loss);
    }

    static double logSumExp(double[] logits) {
        double most = Arrays.stream(logits).max().orElseThrow();
        return most
                + Math.log(Arrays.stream(logits)
                        .map(logit -> Math.exp(logit - most))
                        .sum());
    }

    /// The gradients of the loss at `state`.
    Weights gradients(State state) {
        Weights at = state.weights;
        Gradients gradients =
                head.gradients(at.queries(), at.keys(), at.logits(), state.pass, state.excess, Optional.empty());
        return at.gradients(gradients.query(), gradients.key(), gradients.value());
    }

    @Override
    public Weights gradients(Weights weights) {
        return gradients(at(weights));
    }

    /// Where attention with `weights` looks: `H_i = L_i − ⟨q_i, m_i⟩`, `m_i` the mean of the keys it sees.
    AttentionMap attention(Weights weights) {
        int tokens = chain.tokens();
        Matrix query = Matrix.zeros(tokens, width + 1);
        Matrix key = Matrix.zeros(tokens, width + 1);
        Matrix value = Matrix.zeros(tokens, width + 1 + tokens);
        Matrix queries = weights.queries();
        Matrix keys = weights.keys();
        for (int i = 0; i < tokens; i++) {
            System.arraycopy(queries.elements(), queries.at(i), query.elements(), query.at(i), width);
            query.set(i, width, 1);
            System.arraycopy(keys.elements(), keys.at(i), key.elements(), key.at(i), width);
            key.set(i, width, Math.log(chain.frequency()[i]));
            System.arraycopy(key.elements(), key.at(i), value.elements(), value.at(i), width + 1);
            System.arraycopy(identity.elements(), identity.at(i), value.elements(), value.at(i) + width + 1, tokens);
        }
        Pass pass = map.run(query, key, value);
        Matrix seen = Matrix.zeros(tokens, tokens);
        double[] entropy = new double[tokens];
        for (int i = 0; i < tokens; i++) {
            double mean = 0;
            for (int c = 0; c <= width; c++) {
                mean += query.get(i, c) * pass.output().get(i, c);
            }
            entropy[i] = pass.logSumExp()[i] - mean;
            System.arraycopy(
                    pass.output().elements(), pass.output().at(i) + width + 1, seen.elements(), seen.at(i), tokens);
        }
        return new AttentionMap(seen, entropy);
    }

    @Override
    public void close() {
        head.close();
        map.close();
    }
}
