package heed.attention;

/// A function of the score, as a tree that backends interpret, compile or differentiate.
///
/// It stands where the bias stands: after scale and softcap, before the mask. Trees are values: equal trees are one
/// specification and share one compiled kernel.
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
        NEGATE,
        /// `|x|`
        ABS,
        /// `eˣ`
        EXP,
        /// Natural logarithm.
        LOG,
        /// Hyperbolic tangent.
        TANH
    }

    /// Functions of two operands.
    enum BinaryOperator {
        /// `x + y`
        ADD,
        /// `x − y`
        SUBTRACT,
        /// `x · y`
        MULTIPLY,
        /// `x / y`
        DIVIDE,
        /// The smaller.
        MIN,
        /// The larger.
        MAX
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
