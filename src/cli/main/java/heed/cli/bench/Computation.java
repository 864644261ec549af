package heed.cli.bench;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// A spec, what it means, and what its runs are given besides query, key, value and output.
///
/// @param spec keys in rows
/// @param score its meaning
/// @param whole gives the whole run its tensors
/// @param sampled gives them to a run in which each of the given query rows is a sequence of one
public record Computation(
        AttentionSpec spec,
        PairScore score,
        Consumer<AttentionArguments> whole,
        BiConsumer<AttentionArguments, int[]> sampled) {

    /// A spec whose runs are given the same tensors, whichever rows they have.
    public static Computation of(AttentionSpec spec, PairScore score, Consumer<AttentionArguments> given) {
        return new Computation(spec, score, given, (arguments, _) -> given.accept(arguments));
    }

    /// A spec whose runs need nothing more.
    public static Computation of(AttentionSpec spec, PairScore score) {
        return of(spec, score, _ -> {});
    }

    /// What `shape` computes.
    public static Computation of(BenchShape shape) {
        PairScore score = PairScore.plain();
        return of(shape.spec(KeyLayout.rows()), shape.causal() ? score.causal() : score);
    }
}
