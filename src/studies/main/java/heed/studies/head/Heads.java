package heed.studies.head;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Diagnostics;
import heed.attention.ExtraOutput;
import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import java.util.List;
import java.util.stream.IntStream;

/// What all heads of a layer look at in one text, with a real model's queries and keys, in the f32 that the model has.
///
/// The weights are an output: with the identity as values, row i of it is `Σ_j p_ij e_j = p_i`.
///
/// @param weights of each head, `[tokens, tokens]`: row i is what token i reads of each token
/// @param entropies `[heads, tokens]`, of each row, in nats
/// @param columns `[heads, tokens]`, what each token gets from all rows
/// @param causal whether token i sees only tokens up to i
public record Heads(List<Matrix> weights, Matrix entropies, Matrix columns, boolean causal) {
    /// Of a query `[1, queryHeads, tokens, headDim]` and a key of as many tokens.
    public static Heads of(Lab lab, Tensor query, Tensor key, boolean causal) {
        int heads = query.size(1);
        int tokens = query.size(2);
        AttentionSpec spec = AttentionSpec.builder(heads, query.size(3))
                .kvHeads(key.size(1))
                .valueDim(tokens)
                .mask(causal ? Mask.causal() : Mask.none())
                .extraOutput(ExtraOutput.ENTROPY)
                .extraOutput(ExtraOutput.COLUMN_MASS)
                .build();
        Tensor output = floats(1, heads, tokens, tokens);
        Tensor entropies = floats(1, heads, tokens);
        Tensor columns = floats(1, heads, tokens);
        try (AttentionPlan plan = lab.attention().plan(spec, new AttentionSizes(1, tokens, tokens), lab.alone())) {
            plan.run(new AttentionArguments()
                    .query(query)
                    .key(key)
                    .value(identity(key.size(1), tokens))
                    .output(output)
                    .diagnostics(new Diagnostics().entropy(entropies).columnMass(columns)));
        }
        List<Matrix> weights = IntStream.range(0, heads)
                .mapToObj(h -> matrix(tokens, tokens, (i, j) -> output.get(0, h, i, j)))
                .toList();
        return new Heads(
                weights,
                matrix(heads, tokens, (h, i) -> entropies.get(0, h, i)),
                matrix(heads, tokens, (h, j) -> columns.get(0, h, j)),
                causal);
    }

    private static Tensor floats(int... shape) {
        return Tensor.of(new float[IntStream.of(shape).reduce(1, Math::multiplyExact)], shape);
    }

    private static Tensor identity(int heads, int tokens) {
        Tensor identity = floats(1, heads, tokens, tokens);
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < tokens; i++) {
                identity.set(1, 0, h, i, i);
            }
        }
        return identity;
    }

    private interface Element {
        double at(int i, int j);
    }

    private static Matrix matrix(int rows, int columns, Element element) {
        Matrix matrix = Matrix.zeros(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix.set(i, j, element.at(i, j));
            }
        }
        return matrix;
    }

    /// How many heads.
    public int count() {
        return weights.size();
    }

    /// How many tokens.
    public int tokens() {
        return entropies.columns();
    }

    /// The share of its attention that head `h` gives to token `j`: the mean over the rows that see it.
    public double share(int h, int j) {
        return columns.get(h, j) / (causal ? tokens() - j : tokens());
    }

    /// The share of the first token if every row weighed all tokens that it sees the same.
    public double even() {
        return IntStream.range(0, tokens())
                .mapToDouble(i -> 1.0 / (causal ? i + 1 : tokens()))
                .average()
                .orElseThrow();
    }

    /// How widely head `h` looks, from 0 (one token a row) to 1 (all alike): the mean of `H_i / ln(tokens seen)`
    /// over the rows that see more than one.
    public double breadth(int h) {
        return IntStream.range(causal ? 1 : 0, tokens())
                .mapToDouble(i -> entropies.get(h, i) / Math.log(causal ? i + 1 : tokens()))
                .average()
                .orElse(0);
    }

    /// The mean weight that head `h` gives the token `offset` places after the reading one, over the rows that have it.
    public double shift(int h, int offset) {
        return IntStream.range(Math.max(0, -offset), tokens() - Math.max(0, offset))
                .mapToDouble(i -> weights.get(h).get(i, i + offset))
                .average()
                .orElse(0);
    }
}
