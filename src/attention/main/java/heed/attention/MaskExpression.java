package heed.attention;

/// A condition on a (query, key) pair, as a tree: what [Mask.Expression] keeps visible and
/// [ScoreExpression.Select] chooses by.
public sealed interface MaskExpression {
    /// Two expressions compared.
    record Compare(Comparison comparison, ScoreExpression left, ScoreExpression right) implements MaskExpression {}

    /// Both hold.
    record Both(MaskExpression left, MaskExpression right) implements MaskExpression {}

    /// At least one holds.
    record Either(MaskExpression left, MaskExpression right) implements MaskExpression {}

    /// The operand does not hold.
    record Not(MaskExpression operand) implements MaskExpression {}

    /// How two numbers are compared.
    enum Comparison {
        /// `x < y`
        LESS {
            @Override
            public boolean holds(double x, double y) {
                return x < y;
            }
        },
        /// `x ≤ y`
        LESS_OR_EQUAL {
            @Override
            public boolean holds(double x, double y) {
                return x <= y;
            }
        },
        /// `x = y`
        EQUAL {
            @Override
            public boolean holds(double x, double y) {
                return x == y;
            }
        };

        /// Whether it holds of the two; not if one is NaN.
        public abstract boolean holds(double x, double y);
    }

    /// Holds when both do.
    default MaskExpression and(MaskExpression other) {
        return new Both(this, other);
    }

    /// Holds when one of the two does.
    default MaskExpression or(MaskExpression other) {
        return new Either(this, other);
    }

    /// Holds when this does not.
    default MaskExpression not() {
        return new Not(this);
    }

    /// `then` where this holds, `otherwise` elsewhere.
    default ScoreExpression select(ScoreExpression then, ScoreExpression otherwise) {
        return new ScoreExpression.Select(this, then, otherwise);
    }
}
