package heed.attention;

/// The score of one (query, key) pair by its definition, in double: everything between `scale · q · k` and the
/// softmax.
///
/// ```
/// x = softcap · tanh(x / softcap)     with a softcap
/// x = score expression of x           with one
/// x = −∞                              if the mask hides the key
/// x = x + slope · (j − p) + bias      with ALiBi, with an additive tensor, whose −∞ hides
/// ```
public final class PairScores {
    private final AttentionCall call;
    private final AttentionSpec spec;
    private final Mask mask;
    private final boolean shaped;
    private final ScoreExpression derivative;

    PairScores(AttentionCall call, AttentionSpec spec) {
        this.call = call;
        this.spec = spec;
        mask = spec.mask();
        shaped = spec.score().isPresent();
        derivative = spec.score().orElse(ScoreExpression.score()).derivative();
    }

    /// What the softmax is given for the pair; −∞ if the key is hidden.
    double of(int b, int h, int i, int j, double scaled) {
        return sees(mask, b, h, i, j) ? biased(b, h, i, j, shaped(b, h, i, j, capped(scaled))) : HIDDEN;
    }

    private static final double HIDDEN = Double.NEGATIVE_INFINITY;

    /// `scaled` after the softcap.
    public double capped(double scaled) {
        return spec.softcap() == 0 ? scaled : spec.softcap() * Math.tanh(scaled / spec.softcap());
    }

    /// The derivative of the score by `scaled`, for row `i` of head `h` and key `j` of sequence `b`, which is
    /// seen.
    public double slope(int b, int h, int i, int j, double scaled) {
        double cap = spec.softcap();
        double tanh = cap == 0 ? 0 : Math.tanh(scaled / cap);
        double slope = 1 - tanh * tanh;
        return shaped ? slope * value(derivative, b, h, i, j, capped(scaled)) : slope;
    }

    /// The score after its expression.
    private double shaped(int b, int h, int i, int j, double capped) {
        if (!shaped) {
            return capped;
        }
        double value = value(spec.score().get(), b, h, i, j, capped);
        if (Double.isNaN(value) && Double.isFinite(capped)) {
            throw new ScoreExpressionException(
                    "the score expression must not make NaN of a number", b, h, i, j, capped);
        }
        return value;
    }

    /// Refuses a pair that is seen and whose score expression does not give a number in f32: the definition says
    /// whether it gives none at all, or one of its indices does not exist.
    ///
    /// @param capped the score that the expression was given
    /// @throws ScoreExpressionException in either case, unless `capped` was no number itself
    public void refuseNan(int b, int h, int i, int j, double capped) {
        shaped(b, h, i, j, capped);
        if (Double.isFinite(capped)) {
            throw beyondFloat(b, h, i, j, capped);
        }
    }

    /// Refuses a pair whose score expression is infinite in f32 alone, unless it is hidden.
    ///
    /// @param capped the score that the expression was given
    /// @throws ScoreExpressionException if the pair is seen and the definition gives a number
    public void refuseInfinite(int b, int h, int i, int j, double capped) {
        if (sees(b, h, i, j) && Double.isFinite(shaped(b, h, i, j, capped))) {
            throw beyondFloat(b, h, i, j, capped);
        }
    }

    private static ScoreExpressionException beyondFloat(int b, int h, int i, int j, double capped) {
        return new ScoreExpressionException(
                "the score expression must stay within f32, or be computed by the backend reference",
                b,
                h,
                i,
                j,
                capped);
    }

    /// Whether row `i` of head `h` in sequence `b` sees key `j`, additive masks apart.
    public boolean sees(int b, int h, int i, int j) {
        return sees(mask, b, h, i, j);
    }

    private double biased(int b, int h, int i, int j, double score) {
        double sum = score;
        for (int n = 0; n < call.maskParts().size(); n++) {
            switch (call.maskParts().get(n)) {
                case Mask.Alibi(var form) -> sum += alibi(form, call.alibiSlope(h), position(b, i), j);
                case Mask.AdditiveTensor _ -> {
                    double bias = call.bias().element(b, h, i, j);
                    if (bias == HIDDEN) {
                        return HIDDEN;
                    }
                    sum += bias;
                }
                case Mask.None _, Mask.Causal _, Mask.SlidingWindow _, Mask.FirstKeys _, Mask.Tree _ -> {}
                case Mask.BooleanTensor _, Mask.BlockTensor _, Mask.Expression _, Mask.And _, Mask.Or _ -> {}
            }
        }
        return sum;
    }

    static double alibi(Mask.AlibiForm form, double slope, int p, int j) {
        return switch (form) {
            case SIGNED -> slope * ((double) j - p);
            case SYMMETRIC -> -slope * Math.abs((double) p - j);
        };
    }

    private int position(int b, int i) {
        return call.offset(b) + i;
    }

    /// Whether `part` lets row `i` of `h` see key `j`.
    boolean sees(Mask part, int b, int h, int i, int j) {
        int p = position(b, i);
        return switch (part) {
            case Mask.None _, Mask.Alibi _ -> true;
            case Mask.Causal _ -> j <= p;
            case Mask.SlidingWindow(int left, int right) ->
                (left == Mask.UNBOUNDED || (long) p - j <= left) && (right == Mask.UNBOUNDED || (long) j - p <= right);
            case Mask.FirstKeys(int count) -> j < count;
            case Mask.BooleanTensor _ ->
                j < call.mask().columns() && call.mask().element(b, h, i, j) != 0;
            case Mask.AdditiveTensor _ -> j < call.bias().columns();
            case Mask.BlockTensor(int queryBlock, int keyBlock) ->
                j / keyBlock < call.blockMask().columns()
                        && call.blockMask().element(b, h, i / queryBlock, j / keyBlock) != 0;
            case Mask.Tree _ -> call.treeSees(b, i, j);
            case Mask.Expression(var condition, var _) -> holds(condition, b, h, i, j, Double.NaN);
            case Mask.And(var parts) -> {
                boolean all = true;
                for (int n = 0; n < parts.size() && all; n++) {
                    all = sees(parts.get(n), b, h, i, j);
                }
                yield all;
            }
            case Mask.Or(var choices) -> {
                boolean any = false;
                for (int n = 0; n < choices.size() && !any; n++) {
                    any = sees(choices.get(n), b, h, i, j);
                }
                yield any;
            }
        };
    }

    /// The value, for row `i` of head `h` in sequence `b`, of an expression that depends on neither score nor
    /// key.
    ///
    /// @throws ScoreExpressionException if it asks for an element of a captured tensor that does not exist
    public double rowValue(ScoreExpression expression, int b, int h, int i) {
        return value(expression, b, h, i, 0, Double.NaN);
    }

    private double value(ScoreExpression expression, int b, int h, int i, int j, double score) {
        return switch (expression) {
            case ScoreExpression.Score _ -> score;
            case ScoreExpression.Constant(double constant) -> constant;
            case ScoreExpression.Index(var axis) ->
                switch (axis) {
                    case QUERY_POSITION -> position(b, i);
                    case KEY_POSITION -> j;
                    case HEAD -> h;
                    case SEQUENCE -> b;
                };
            case ScoreExpression.Captured(var name, var indices) -> {
                Tensor tensor = call.captured(name);
                long at = tensor.offset();
                for (int axis = 0; axis < indices.size(); axis++) {
                    double index = value(indices.get(axis), b, h, i, j, score);
                    at += CapturedTensors.index(name, tensor, axis, index, b) * tensor.stride(axis);
                }
                yield tensor.type().read(tensor.segment(), at);
            }
            case ScoreExpression.Unary(var operator, var operand) -> operator.of(value(operand, b, h, i, j, score));
            case ScoreExpression.Binary(var operator, var left, var right) ->
                operator.of(value(left, b, h, i, j, score), value(right, b, h, i, j, score));
            case ScoreExpression.Select(var condition, var then, var otherwise) ->
                value(holds(condition, b, h, i, j, score) ? then : otherwise, b, h, i, j, score);
        };
    }

    private boolean holds(MaskExpression expression, int b, int h, int i, int j, double score) {
        return switch (expression) {
            case MaskExpression.Compare(var comparison, var left, var right) ->
                comparison.holds(value(left, b, h, i, j, score), value(right, b, h, i, j, score));
            case MaskExpression.Both(var left, var right) ->
                holds(left, b, h, i, j, score) && holds(right, b, h, i, j, score);
            case MaskExpression.Either(var left, var right) ->
                holds(left, b, h, i, j, score) || holds(right, b, h, i, j, score);
            case MaskExpression.Not(var operand) -> !holds(operand, b, h, i, j, score);
        };
    }
}
