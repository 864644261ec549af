package heed.attention;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/// A function of the score, as a tree that backends interpret, compile or differentiate.
///
/// It stands where the bias stands: after scale and softcap, before the mask. Trees are values: equal trees are
/// one specification and share one compiled kernel.
///
/// ```java
/// // ALiBi with slope 1/16: score − (p − j) / 16
/// score().minus(queryPosition().minus(keyPosition()).times(constant(1.0 / 16)))
/// ```
public sealed interface ScoreExpression {
    /// The score so far.
    record Score() implements ScoreExpression {}

    /// A number.
    record Constant(double value) implements ScoreExpression {}

    /// An index of the pair under consideration.
    record Index(Axis axis) implements ScoreExpression {}

    /// A function of one operand.
    record Unary(UnaryOperator operator, ScoreExpression operand) implements ScoreExpression {}

    /// A function of two operands.
    record Binary(BinaryOperator operator, ScoreExpression left, ScoreExpression right) implements ScoreExpression {}

    /// One of two operands.
    record Select(MaskExpression condition, ScoreExpression then, ScoreExpression otherwise)
            implements ScoreExpression {}

    /// An element of a tensor that the run gives as [AttentionArguments#captured]: a table of slopes, of relative
    /// biases, of documents.
    ///
    /// @param name what the run calls the tensor
    /// @param indices one for each axis, each an integer within it wherever a key is seen
    record Captured(String name, List<ScoreExpression> indices) implements ScoreExpression {
        /// Keeps a copy of the indices.
        public Captured {
            indices = List.copyOf(indices);
            Checks.require(
                    indices.size() >= 1 && indices.size() <= 4,
                    "a captured tensor has 1 to 4 axes: indices=%s",
                    indices);
        }

        /// Whether `index` is a position along `axis` of `tensor`.
        public static boolean isIndex(Tensor tensor, int axis, double index) {
            return index >= 0 && index < tensor.size(axis) && index == Math.rint(index);
        }
    }

    /// What an [Index] counts.
    enum Axis {
        /// Position `p` of the query, see [QueryAlignment].
        QUERY_POSITION,
        /// Index `j` of the key within its sequence.
        KEY_POSITION,
        /// Query head.
        HEAD,
        /// Sequence of the batch.
        SEQUENCE
    }

    /// Functions of one operand.
    enum UnaryOperator {
        /// `−x`
        NEGATE(x -> -x),
        /// `|x|`
        ABS(Math::abs),
        /// `eˣ`
        EXP(Math::exp),
        /// Natural logarithm.
        LOG(Math::log),
        /// Hyperbolic tangent.
        TANH(Math::tanh),
        /// The largest integer that is not above `x`.
        FLOOR(Math::floor);

        private final DoubleUnaryOperator definition;

        UnaryOperator(DoubleUnaryOperator definition) {
            this.definition = definition;
        }

        /// `operator(x)`
        public double of(double x) {
            return definition.applyAsDouble(x);
        }
    }

    /// Functions of two operands.
    enum BinaryOperator {
        /// `x + y`
        ADD((x, y) -> x + y),
        /// `x − y`
        SUBTRACT((x, y) -> x - y),
        /// `x · y`
        MULTIPLY((x, y) -> x * y),
        /// `x / y`
        DIVIDE((x, y) -> x / y),
        /// The smaller.
        MIN(Math::min),
        /// The larger.
        MAX(Math::max);

        private final DoubleBinaryOperator definition;

        BinaryOperator(DoubleBinaryOperator definition) {
            this.definition = definition;
        }

        /// `x operator y`
        public double of(double x, double y) {
            return definition.applyAsDouble(x, y);
        }
    }

    /// [Score].
    static ScoreExpression score() {
        return new Score();
    }

    /// [Constant].
    static ScoreExpression constant(double value) {
        return new Constant(value);
    }

    /// Position `p` of the query.
    static ScoreExpression queryPosition() {
        return new Index(Axis.QUERY_POSITION);
    }

    /// Index `j` of the key.
    static ScoreExpression keyPosition() {
        return new Index(Axis.KEY_POSITION);
    }

    /// The query head.
    static ScoreExpression head() {
        return new Index(Axis.HEAD);
    }

    /// The sequence of the batch.
    static ScoreExpression sequence() {
        return new Index(Axis.SEQUENCE);
    }

    /// The element of the captured tensor `name` at `indices`, one for each axis.
    static ScoreExpression captured(String name, ScoreExpression... indices) {
        return new Captured(name, List.of(indices));
    }

    /// `this + other`
    default ScoreExpression plus(ScoreExpression other) {
        return new Binary(BinaryOperator.ADD, this, other);
    }

    /// `this − other`
    default ScoreExpression minus(ScoreExpression other) {
        return new Binary(BinaryOperator.SUBTRACT, this, other);
    }

    /// `this · other`
    default ScoreExpression times(ScoreExpression other) {
        return new Binary(BinaryOperator.MULTIPLY, this, other);
    }

    /// `this / other`
    default ScoreExpression dividedBy(ScoreExpression other) {
        return new Binary(BinaryOperator.DIVIDE, this, other);
    }

    /// The smaller of the two.
    default ScoreExpression min(ScoreExpression other) {
        return new Binary(BinaryOperator.MIN, this, other);
    }

    /// The larger of the two.
    default ScoreExpression max(ScoreExpression other) {
        return new Binary(BinaryOperator.MAX, this, other);
    }

    /// `operator(this)`
    default ScoreExpression apply(UnaryOperator operator) {
        return new Unary(operator, this);
    }

    /// `−this`
    default ScoreExpression negate() {
        return apply(UnaryOperator.NEGATE);
    }

    /// `|this|`
    default ScoreExpression abs() {
        return apply(UnaryOperator.ABS);
    }

    /// `e` to the power of this.
    default ScoreExpression exp() {
        return apply(UnaryOperator.EXP);
    }

    /// The natural logarithm of this.
    default ScoreExpression log() {
        return apply(UnaryOperator.LOG);
    }

    /// The hyperbolic tangent of this.
    default ScoreExpression tanh() {
        return apply(UnaryOperator.TANH);
    }

    /// The derivative of this with respect to the score; captured tensors are constants. At a kink, that of one
    /// side.
    default ScoreExpression derivative() {
        return Derivative.of(this);
    }

    /// The largest integer that is not above this.
    default ScoreExpression floor() {
        return apply(UnaryOperator.FLOOR);
    }

    /// Holds when `this < other`.
    default MaskExpression lessThan(ScoreExpression other) {
        return new MaskExpression.Compare(MaskExpression.Comparison.LESS, this, other);
    }

    /// Holds when `this ≤ other`.
    default MaskExpression atMost(ScoreExpression other) {
        return new MaskExpression.Compare(MaskExpression.Comparison.LESS_OR_EQUAL, this, other);
    }

    /// Holds when `this = other`.
    default MaskExpression equalTo(ScoreExpression other) {
        return new MaskExpression.Compare(MaskExpression.Comparison.EQUAL, this, other);
    }
}
