package heed.attention;

import java.util.ArrayList;
import java.util.List;

/// Which keys a query may see, and what is added to its scores.
///
/// `p` is the position of the query (see [QueryAlignment]), `j` the index of the key within its sequence. Every
/// mask bounds the keys a query sees to an interval, `[firstKey, endKey)`, so that kernels never touch the tiles
/// outside; tensors and expressions then decide within it.
public sealed interface Mask {
    /// No limit on that side of a window.
    int UNBOUNDED = -1;

    /// Every key is seen.
    record None() implements Mask {}

    /// Key `j` is seen when `j ≤ p`.
    record Causal() implements Mask {}

    /// Key `j` is seen when `p − j ≤ left` and `j − p ≤ right`; [#UNBOUNDED] lifts a limit.
    ///
    /// A window of `W` keys that ends with the query's own has `left = W − 1`, `right = 0`.
    record SlidingWindow(int left, int right) implements Mask {
        /// Checks the limits.
        public SlidingWindow {
            Checks.require(left >= UNBOUNDED, "window left must be -1 (unbounded) or more: left=%d", left);
            Checks.require(right >= UNBOUNDED, "window right must be -1 (unbounded) or more: right=%d", right);
        }
    }

    /// Key `j` is seen when the element of the run's [AttentionArguments#mask] tensor is true.
    ///
    /// The tensor is right-aligned to `[batch, queryHeads, queryLen, kvLen]` and broadcast where a size is 1.
    /// Keys past its last column are not seen; surplus columns are ignored (ONNX Attention).
    record BooleanTensor() implements Mask {}

    /// The element of the run's [AttentionArguments#bias] tensor is added to the score; −∞ hides the key.
    ///
    /// Shapes as for [BooleanTensor]. A large finite value stays a summand: a row that sees only such keys is not
    /// empty.
    record AdditiveTensor() implements Mask {}

    /// Key `j` is seen when the expression holds.
    record Expression(MaskExpression condition) implements Mask {}

    /// A key is seen when every part lets it be seen; additive parts add up.
    record And(List<Mask> parts) implements Mask {
        /// Flattens nested conjunctions and keeps a copy.
        public And {
            parts = parts.stream().flatMap(part -> part.parts().stream()).toList();
            Checks.require(parts.size() >= 2, "a conjunction needs two masks that limit something: parts=%s", parts);
        }
    }

    /// [None].
    static Mask none() {
        return new None();
    }

    /// [Causal].
    static Mask causal() {
        return new Causal();
    }

    /// [SlidingWindow].
    static Mask slidingWindow(int left, int right) {
        return new SlidingWindow(left, right);
    }

    /// [BooleanTensor].
    static Mask booleanTensor() {
        return new BooleanTensor();
    }

    /// [AdditiveTensor].
    static Mask additiveTensor() {
        return new AdditiveTensor();
    }

    /// Both this mask and `other`. Nested conjunctions are flattened, so equal masks built differently are equal.
    default Mask and(Mask other) {
        List<Mask> parts = new ArrayList<>(parts());
        parts.addAll(other.parts());
        return switch (parts.size()) {
            case 0 -> new None();
            case 1 -> parts.getFirst();
            default -> new And(parts);
        };
    }

    /// The masks that hold together: none for [None], the parts of an [And], else this one.
    default List<Mask> parts() {
        return switch (this) {
            case None _ -> List.of();
            case And(var parts) -> parts;
            case Causal _, SlidingWindow _, BooleanTensor _, AdditiveTensor _, Expression _ -> List.of(this);
        };
    }

    /// The first key that a query at `position` may see; never negative, perhaps `kvLen` or more.
    default int firstKey(int position) {
        return switch (this) {
            case SlidingWindow(int left, int _) when left != UNBOUNDED -> (int) Math.max(0, (long) position - left);
            case None _, Causal _, SlidingWindow _, BooleanTensor _, AdditiveTensor _, Expression _ -> 0;
            case And(var parts) -> {
                int first = 0;
                for (int n = 0; n < parts.size(); n++) {
                    first = Math.max(first, parts.get(n).firstKey(position));
                }
                yield first;
            }
        };
    }

    /// One past the last of `kvLen` keys that a query at `position` may see; perhaps below [#firstKey].
    default int endKey(int position, int kvLen) {
        return switch (this) {
            case Causal _ -> Math.clamp(position + 1L, 0, kvLen);
            case SlidingWindow(int _, int right)
            when right != UNBOUNDED -> Math.clamp((long) position + right + 1, 0, kvLen);
            case None _, SlidingWindow _, BooleanTensor _, AdditiveTensor _, Expression _ -> kvLen;
            case And(var parts) -> {
                int end = kvLen;
                for (int n = 0; n < parts.size(); n++) {
                    end = Math.min(end, parts.get(n).endKey(position, kvLen));
                }
                yield end;
            }
        };
    }

    /// Whether a part is of the given kind.
    default boolean has(Class<? extends Mask> kind) {
        return parts().stream().anyMatch(kind::isInstance);
    }
}
