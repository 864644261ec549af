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

    /// Key `j` is seen when the element of the run's [AttentionArguments#blockMask] tensor is true for the blocks
    /// that query row `i` and key `j` lie in: `[i / queryBlock, j / keyBlock]`.
    ///
    /// The tensor is right-aligned to `[batch, queryHeads, queryBlocks, keyBlocks]` and broadcast where a size
    /// is 1; keys past its last column are not seen. Blocks that no row of a tile sees are not computed.
    record BlockTensor(int queryBlock, int keyBlock) implements Mask {
        /// Checks the sizes.
        public BlockTensor {
            Checks.positive("queryBlock", queryBlock);
            Checks.positive("keyBlock", keyBlock);
        }
    }

    /// The last `queryLen` keys of a sequence are drafted tokens that form a tree, and the queries are the same
    /// tokens: draft `t` is seen by query row `i` when bit `t` of the row's [AttentionArguments#treeBits] is set.
    /// Earlier keys are seen by all. Sources: SpecInfer (arXiv:2305.09781), Medusa (arXiv:2401.10774).
    record Tree() implements Mask {}

    /// Key `j` is seen when `j < count`: the attention sinks of StreamingLLM (arXiv:2309.17453), see
    /// [#sinksAndWindow].
    record FirstKeys(int count) implements Mask {
        /// Checks the count.
        public FirstKeys {
            Checks.notNegative("count", count);
        }
    }

    /// Attention with linear biases (Press et al. 2021, arXiv:2108.12409): adds `slope · (j − p)`, or `−slope ·
    /// |p − j|` with [AlibiForm#SYMMETRIC]; the slope of each query head comes with the run,
    /// [AttentionArguments#alibiSlopes].
    record Alibi(AlibiForm form) implements Mask {}

    /// The two forms of [Alibi].
    enum AlibiForm {
        /// `slope · (j − p)`: with a causal mask what the paper defines.
        SIGNED,
        /// `−slope · |p − j|`: for masks that show keys on both sides.
        SYMMETRIC
    }

    /// Key `j` is seen when the expression holds. Where it compares positions, as in `p − j ≤ 100`, it bounds
    /// the keys like a window.
    ///
    /// @param condition what must hold
    /// @param interval what follows for the keys: [KeyInterval#of] the condition
    record Expression(MaskExpression condition, KeyInterval interval) implements Mask {
        /// Checks that the interval is the condition's.
        public Expression {
            Checks.require(
                    !ScoreUse.in(condition),
                    "a mask decides before there is a score, so its condition must not read one: condition=%s",
                    condition);
            Checks.require(
                    interval.equals(KeyInterval.of(condition)),
                    "the interval must be that of the condition: interval=%s, condition=%s",
                    interval,
                    condition);
        }

        /// The mask of `condition`.
        public Expression(MaskExpression condition) {
            this(condition, KeyInterval.of(condition));
        }
    }

    /// A key is seen when some part lets it be seen. No part may add to scores.
    record Or(List<Mask> choices) implements Mask {
        /// Checks that parts only hide, and keeps a copy.
        public Or {
            choices = List.copyOf(choices);
            Checks.require(choices.size() >= 2, "a disjunction needs two masks: choices=%s", choices);
            for (Mask part : choices) {
                Checks.require(
                        !part.has(AdditiveTensor.class) && !part.has(Alibi.class),
                        "a disjunction chooses what is seen, so none of its masks may add to scores: part=%s",
                        part);
            }
        }
    }

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

    /// [BlockTensor].
    static Mask blockTensor(int queryBlock, int keyBlock) {
        return new BlockTensor(queryBlock, keyBlock);
    }

    /// [Tree].
    static Mask tree() {
        return new Tree();
    }

    /// [FirstKeys].
    static Mask firstKeys(int count) {
        return new FirstKeys(count);
    }

    /// [Alibi] in its [AlibiForm#SIGNED] form.
    static Mask alibi() {
        return new Alibi(AlibiForm.SIGNED);
    }

    /// [Alibi].
    static Mask alibi(AlibiForm form) {
        return new Alibi(form);
    }

    /// [Expression].
    static Mask expression(MaskExpression condition) {
        return new Expression(condition);
    }

    /// Causal, and of the keys before it the first `sinks` and the last `window`, the query's own among them:
    /// StreamingLLM (arXiv:2309.17453).
    static Mask sinksAndWindow(int sinks, int window) {
        return causal().and(firstKeys(sinks).or(slidingWindow(Checks.positive("window", window) - 1, 0)));
    }

    /// Packed documents: a query sees the keys whose `name` is its own.
    ///
    /// @param name a captured tensor ([AttentionArguments#captured]) with the document of each position,
    ///     `[kvLen]`
    static Mask documents(String name) {
        return expression(ScoreExpression.captured(name, ScoreExpression.queryPosition())
                .equalTo(ScoreExpression.captured(name, ScoreExpression.keyPosition())));
    }

    /// What this mask or `other` lets be seen.
    default Mask or(Mask other) {
        return this instanceof None || other instanceof None ? new None() : new Or(List.of(this, other));
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
            case Causal _, SlidingWindow _, FirstKeys _, Tree _, Expression _, Or _ -> List.of(this);
            case BooleanTensor _, AdditiveTensor _, BlockTensor _, Alibi _ -> List.of(this);
        };
    }

    /// Every mask that this one is made of and that is no combination of others.
    default List<Mask> leaves() {
        return switch (this) {
            case And(var parts) ->
                parts.stream().flatMap(part -> part.leaves().stream()).toList();
            case Or(var choices) ->
                choices.stream().flatMap(part -> part.leaves().stream()).toList();
            case None _, Causal _, SlidingWindow _, FirstKeys _, Tree _, Expression _ -> List.of(this);
            case BooleanTensor _, AdditiveTensor _, BlockTensor _, Alibi _ -> List.of(this);
        };
    }

    /// The first key that a query at `position` may see; never negative, perhaps `kvLen` or more.
    default int firstKey(int position) {
        return switch (this) {
            case SlidingWindow(int left, int _) when left != UNBOUNDED -> (int) Math.max(0, (long) position - left);
            case None _, Causal _, SlidingWindow _, FirstKeys _, Tree _, Alibi _ -> 0;
            case BooleanTensor _, AdditiveTensor _, BlockTensor _ -> 0;
            case Expression(var _, var interval) -> interval.firstKey(position);
            case Or(var choices) -> {
                int first = Integer.MAX_VALUE;
                for (int n = 0; n < choices.size(); n++) {
                    first = Math.min(first, choices.get(n).firstKey(position));
                }
                yield first;
            }
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
            case FirstKeys(int count) -> Math.min(count, kvLen);
            case None _, SlidingWindow _, Tree _, Alibi _ -> kvLen;
            case BooleanTensor _, AdditiveTensor _, BlockTensor _ -> kvLen;
            case Expression(var _, var interval) -> interval.endKey(position, kvLen);
            case Or(var choices) -> {
                int end = 0;
                for (int n = 0; n < choices.size(); n++) {
                    end = Math.max(end, choices.get(n).endKey(position, kvLen));
                }
                yield end;
            }
            case And(var parts) -> {
                int end = kvLen;
                for (int n = 0; n < parts.size(); n++) {
                    end = Math.min(end, parts.get(n).endKey(position, kvLen));
                }
                yield end;
            }
        };
    }

    /// Whether one of the [#leaves] is of the given kind.
    default boolean has(Class<? extends Mask> kind) {
        return leaves().stream().anyMatch(kind::isInstance);
    }
}
