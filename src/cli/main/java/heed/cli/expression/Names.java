package heed.cli.expression;

import heed.attention.Mask;
import java.util.Map;
import java.util.Set;

/// What an expression may name besides the words of the language.
///
/// @param tensors captured tensors
/// @param masks masks whose tensors are given elsewhere
public record Names(Set<String> tensors, Map<String, Mask> masks) {
    /// Keeps copies.
    public Names {
        tensors = Set.copyOf(tensors);
        masks = Map.copyOf(masks);
    }
}
