package heed.attention;

/// How far the score of a pair may be off where it is computed in arithmetic of unit roundoff `u`: a running error
/// bound, to first order, along the definition of [PairScores].
///
/// Each operation hands on the errors of its operands by its slope and adds its own. What is exact stays so:
/// whole positions, their sums, elements of captured tensors that f32 holds (of f64, whole ones). A comparison
/// whose sides are nearer than their errors may go either way: of a [ScoreExpression.Select] that costs the
/// difference of the two; of a mask it leaves the row undecided, and the error is infinite. One belongs to each
/// [ExpectedRow].
final class ScoreError {
    /// Roundings of a built-in function, two units of which are within an ulp: tanh is within 4 ulps, exp within 2.
    private static final double FUNCTION = 10;

    private static final int NO = -1;
    private static final int OPEN = 0;
    private static final int YES = 1;

    private final AttentionSpec spec;
    private final boolean hasConditions;
    private final double unit;
    private final boolean isSingle;
    private final ScoreExpression expression;
    private final boolean shaped;

    private final AttentionCall call;
    private int b;
    private int h;
    private int i;
    private int j;
    private double score;
    private double scoreError;

    /// Error of the value that was computed last.
    private double error;

    ScoreError(AttentionCall call, double unit) {
        this.call = call;
        this.unit = unit;
        spec = call.spec();
        hasConditions = spec.mask().has(Mask.Expression.class);
        isSingle = unit > 0x1p-53;
        shaped = spec.score().isPresent();
        expression = spec.score().orElse(ScoreExpression.score());
    }

    /// Of the pair's score, where `scaled` is off by `scaledError`.
    ///
    /// @param value the score, finite
    double of(int sequence, int head, int row, int key, double scaled, double scaledError, double value) {
        b = sequence;
        h = head;
        i = row;
        j = key;
        score = call.pairs().capped(scaled);
        scoreError = scaledError;
        if (spec.softcap() != 0) {
            scoreError += unit * (2 * Math.abs(scaled) + FUNCTION * Math.abs(score));
        }
        error = scoreError;
        double shapedScore = shaped ? value(expression) : score;
        double sum = error + unit * summands(shapedScore, value);
        return isUndecided(sequence, head, row, key) ? Double.POSITIVE_INFINITY : sum;
    }

    /// What rounds when biases are added: they, what they are made of, and the sums.
    private double summands(double before, double after) {
        return before == after && call.maskParts().isEmpty() ? 0 : 2 * Math.abs(after - before) + 2 * Math.abs(after);
    }

    /// Whether the mask's conditions leave open if row `row` sees key `key`.
    boolean isUndecided(int sequence, int head, int row, int key) {
        b = sequence;
        h = head;
        i = row;
        j = key;
        return hasConditions && sight(spec.mask()) == OPEN;
    }

    /// Whether `part` lets the pair be seen, in the order of [PairScores]: what that does not look at may not even
    /// have a value.
    private int sight(Mask part) {
        return switch (part) {
            case Mask.Expression(var condition, var _) -> truth(condition);
            case Mask.And(var parts) -> {
                int all = YES;
                for (int n = 0; n < parts.size() && all != NO; n++) {
                    all = Math.min(all, sight(parts.get(n)));
                }
                yield all;
            }
            case Mask.Or(var choices) -> {
                int any = NO;
                for (int n = 0; n < choices.size() && any != YES; n++) {
                    any = Math.max(any, sight(choices.get(n)));
                }
                yield any;
            }
            case Mask.None _, Mask.Causal _, Mask.SlidingWindow _, Mask.FirstKeys _, Mask.Tree _ -> plain(part);
            case Mask.BooleanTensor _, Mask.AdditiveTensor _, Mask.BlockTensor _, Mask.Alibi _ -> plain(part);
        };
    }

    private int plain(Mask part) {
        return call.pairs().sees(part, b, h, i, j) ? YES : NO;
    }

    /// Whether `condition` holds, or errors leave it open.
    private int truth(MaskExpression condition) {
        return switch (condition) {
            case MaskExpression.Compare(var comparison, var left, var right) -> {
                double x = value(left);
                double xError = error;
                double y = value(right);
                double both = xError + error;
                boolean open = both > 0 && !(Math.abs(x - y) > both) && !Double.isNaN(x) && !Double.isNaN(y);
                yield open ? OPEN : comparison.holds(x, y) ? YES : NO;
            }
            case MaskExpression.Both(var left, var right) -> {
                int first = truth(left);
                yield first == NO ? NO : Math.min(first, truth(right));
            }
            case MaskExpression.Either(var left, var right) -> {
                int first = truth(left);
                yield first == YES ? YES : Math.max(first, truth(right));
            }
            case MaskExpression.Not(var operand) -> -truth(operand);
        };
    }

    /// The value of `part`; leaves its [#error].
    private double value(ScoreExpression part) {
        return switch (part) {
            case ScoreExpression.Score _ -> {
                error = scoreError;
                yield score;
            }
            case ScoreExpression.Constant(double constant) -> rounded(constant, 0);
            case ScoreExpression.Index(var axis) ->
                rounded(
                        switch (axis) {
                            case QUERY_POSITION -> call.offset(b) + i;
                            case KEY_POSITION -> j;
                            case HEAD -> h;
                            case SEQUENCE -> b;
                        },
                        0);
            case ScoreExpression.Captured captured -> captured(captured);
            case ScoreExpression.Unary(var operator, var operand) -> unary(operator, value(operand));
            case ScoreExpression.Binary(var operator, var left, var right) -> {
                double x = value(left);
                double xError = error;
                double y = value(right);
                yield binary(operator, x, xError, y, error);
            }
            case ScoreExpression.Select(var condition, var then, var otherwise) ->
                select(truth(condition), then, otherwise);
        };
    }

    private double select(int condition, ScoreExpression then, ScoreExpression otherwise) {
        if (condition != OPEN) {
            return value(condition == YES ? then : otherwise);
        }
        double x = value(then);
        double xError = error;
        double y = value(otherwise);
        error = Math.max(xError, error) + Math.abs(x - y);
        error = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
        return x;
    }

    /// Adds the rounding of `value` to what its operands are off by.
    private double rounded(double value, double propagated) {
        boolean exact = propagated == 0 && (isSingle ? (float) value == value : Math.rint(value) == value);
        error = exact || !Double.isFinite(value) ? 0 : propagated + unit * Math.abs(value);
        return value;
    }

    private double captured(ScoreExpression.Captured captured) {
        Tensor tensor = call.captured(captured.name());
        long at = tensor.offset();
        double open = 0;
        for (int axis = 0; axis < captured.indices().size(); axis++) {
            double index = value(captured.indices().get(axis));
            open += error < 0.5 ? 0 : Double.POSITIVE_INFINITY;
            at += CapturedTensors.index(captured.name(), tensor, axis, index, b) * tensor.stride(axis);
        }
        return rounded(tensor.type().read(tensor.segment(), at), open);
    }

    private double unary(ScoreExpression.UnaryOperator operator, double x) {
        double value = operator.of(x);
        double own = FUNCTION * unit * Math.abs(value);
        switch (operator) {
            case NEGATE, ABS -> {}
            case EXP -> error = value == 0 ? 0 : own + value * Math.expm1(error);
            case LOG -> error = own + (error < x ? -Math.log1p(-error / x) : Double.POSITIVE_INFINITY);
            case TANH -> error = own + error;
            case FLOOR -> error = Math.floor(x - error) == Math.floor(x + error) ? 0 : 1 + error;
        }
        error = Double.isFinite(value) ? error : 0;
        return value;
    }

    private double binary(ScoreExpression.BinaryOperator operator, double x, double xError, double y, double yError) {
        double value = operator.of(x, y);
        return switch (operator) {
            case ADD, SUBTRACT -> rounded(value, xError + yError);
            case MULTIPLY -> rounded(value, Math.abs(x) * yError + Math.abs(y) * xError + xError * yError);
            case DIVIDE -> {
                double least = Math.abs(y) - yError;
                yield rounded(
                        value, least > 0 ? (xError + Math.abs(value) * yError) / least : Double.POSITIVE_INFINITY);
            }
            case MIN, MAX -> {
                error = Math.max(xError, yError);
                yield value;
            }
        };
    }
}
