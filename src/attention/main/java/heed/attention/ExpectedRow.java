package heed.attention;

import java.util.Arrays;

/// One output row by its definition, in double, and what a backend may be off by: what a [SelfCheck] compares with.
///
/// The row is that of the reference backend, its sums in another order. What it may be off by follows from its own
/// numbers, to first order. With `u` the backend's unit roundoff ([AttentionBackend#unitRoundoff]), `x` the scores,
/// `m` the largest, `p` the probabilities, sink included, and `γ(k)` what `k` roundings come to:
///
/// ```
/// eⱼ  = γ(d + 16) · u · scale · Σ |q · kⱼ|, then along cap, expression and bias: [ScoreError]
/// θⱼ  = exp(eⱼ + u · (3 |xⱼ| + 3 |m| + |xⱼ − m| + 8)) − 1      a weight, computed to any base
/// T   = Σ pⱼ θⱼ
/// off = (Σ pⱼ θⱼ |vⱼ| + T · |o|) / (1 − T) + γ(n + 16) · u · (Σ pⱼ |vⱼ| + |o|) + rounding of the output's type
/// lse = T / (1 − T) + u · (γ(n + 16) + 3 |m| + 3 |lse| + 8) + rounding of its type
/// ```
///
/// `γ(k) = min(k, 8 √k)`: the sum of `k` roundings as in the worst case, or as of independent ones, which pass
/// `8 √k` with a probability below `2 · e⁻³²` (Higham and Mary 2019, "A new approach to probabilistic rounding error
/// analysis", theorem 2.4); both times the sum of magnitudes, which partial sums hardly ever come near, in whatever
/// order a backend adds. Over normal numbers of 128 elements it is 150 times and more what the vector backend is off
/// by, and 1/4600 of a row's output at 64 keys, 1/700 at 2048, 1/150 at 16384, where scores are small and outputs
/// average out; with scores four times as large 1/1500. In f64 this side errs, too: twice the bound.
///
/// Rows of which the bound says nothing are not judged: those that may leave the range of the backend's arithmetic,
/// whose scores are off by so much that `T ≥ ½`, or whose mask compares numbers that are equal but for rounding.
/// NaN and infinities are expected as such.
final class ExpectedRow implements PooledPlan.Workspace {
    /// Weights below it may be 0: f32 has none, and exponentials are cut off early.
    private static final double LEAST = 0x1p-120;

    /// Sums up to here stay within the range of f32.
    private static final double MOST = 0x1p126;

    private static final double HIDDEN = Double.NEGATIVE_INFINITY;

    private final AttentionCall call;
    private final AttentionSpec spec;
    private final double unit;
    private final boolean isDouble;
    private final RowReader reader;
    private final ScoreError scoreError;

    private final double[] query;
    private final double[] key;
    private final double[] value;

    /// Scores, then weights, −∞ where the key is hidden; and what each is off by.
    private final double[] scores;

    private final double[] errors;

    /// The output, what it may be off by, and `Σ p · |v|`.
    private final double[] output;

    private final double[] bound;
    private final double[] magnitude;

    private int first;
    private int end;
    private double dot;
    private double dotMagnitude;
    private double largestDot;
    private double logSumExp;
    private double logSumExpBound;
    private boolean judged;

    /// The rows of `call`, each computed by a backend of roundoff `unit`.
    ExpectedRow(AttentionCall call, AttentionSizes sizes, double unit) {
        this.call = call;
        this.unit = unit;
        spec = call.spec();
        isDouble = unit <= 0x1p-53;
        reader = new RowReader(Math.max(spec.headDim(), spec.valueDim()));
        scoreError = new ScoreError(call, unit);
        query = new double[spec.headDim()];
        key = new double[spec.headDim()];
        value = new double[spec.valueDim()];
        scores = new double[sizes.kvLen()];
        errors = new double[sizes.kvLen()];
        output = new double[spec.valueDim()];
        bound = new double[spec.valueDim()];
        magnitude = new double[spec.valueDim()];
    }

    @Override
    public long bytes() {
        long elements = 2L * query.length + 4L * value.length + 2L * scores.length;
        return Double.BYTES * elements + reader.bytes();
    }

    @Override
    public void close() {}

    /// Whether the bound says anything.
    boolean isJudged() {
        return judged;
    }

    double output(int d) {
        return output[d];
    }

    /// What element `d` may be off by, the rounding of the output's type apart.
    double bound(int d) {
        return bound[d];
    }

    double logSumExp() {
        return logSumExp;
    }

    double logSumExpBound() {
        return logSumExpBound;
    }

    /// Whether the mask's interval holds key `j`.
    boolean isWithin(int j) {
        return first <= j && j < end;
    }

    /// Computes row `i` of head `h` in sequence `b`.
    void compute(int b, int h, int i) {
        int p = call.offset(b) + i;
        first = Math.min(spec.mask().firstKey(p), call.kvLen(b));
        end = Math.max(first, spec.mask().endKey(p, call.kvLen(b)));
        judged = true;
        double sink = call.sinkLogit(h);
        double max = Math.max(sink, score(b, h, i));
        double sinkWeight = sink == HIDDEN ? 0 : Math.exp(sink - max);
        double sum = sinkWeight + weights(max);
        logSumExp = max + Math.log(sum);
        double share = sinkWeight / sum;
        double off = sink == HIDDEN ? 0 : share * Math.expm1(weightError(sink, max, unit * Math.abs(sink)));
        off += weigh(b, h / spec.groupSize(), sum);
        judge(off, sum, max);
    }

    /// The scores and their errors; the largest score.
    private double score(int b, int h, int i) {
        call.readQuery(b, h, i, query);
        double scale = spec.softmaxScale();
        double rounding = unit * growth(query.length);
        double least = query.length * 0x1p-126 * (1 + Math.abs(scale));
        double max = HIDDEN;
        largestDot = 0;
        for (int j = first; j < end; j++) {
            reader.readKey(call, b, h / spec.groupSize(), j, key);
            multiply();
            double scaled = scale * dot;
            scores[j] = call.score(b, h, i, j, scaled);
            if (scores[j] == HIDDEN) {
                judged &= !scoreError.isUndecided(b, h, i, j);
                continue;
            }
            largestDot = Math.max(largestDot, dotMagnitude);
            double off = rounding * Math.abs(scale) * dotMagnitude + (isDouble ? 0 : least);
            errors[j] = scoreError.of(b, h, i, j, scaled, off, scores[j]);
            max = Math.max(max, scores[j]);
        }
        return max;
    }

    /// `q · k` and `Σ |q · k|`, in four chains each: one alone waits for its last addition.
    private void multiply() {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double a0 = 0;
        double a1 = 0;
        double a2 = 0;
        double a3 = 0;
        int d = 0;
        for (; d + 3 < query.length; d += 4) {
            double p0 = query[d] * key[d];
            double p1 = query[d + 1] * key[d + 1];
            double p2 = query[d + 2] * key[d + 2];
            double p3 = query[d + 3] * key[d + 3];
            s0 += p0;
            s1 += p1;
            s2 += p2;
            s3 += p3;
            a0 += Math.abs(p0);
            a1 += Math.abs(p1);
            a2 += Math.abs(p2);
            a3 += Math.abs(p3);
        }
        for (; d < query.length; d++) {
            s0 += query[d] * key[d];
            a0 += Math.abs(query[d] * key[d]);
        }
        dot = (s0 + s1) + (s2 + s3);
        dotMagnitude = (a0 + a1) + (a2 + a3);
    }

    /// What the exponent of a weight is off by, where its score is by `error`.
    private double weightError(double score, double max, double error) {
        return error + unit * (3 * Math.abs(score) + 3 * Math.abs(max) + Math.abs(score - max) + 8);
    }

    /// Turns scores into weights, not yet divided by their sum, which it gives, and errors into those of weights.
    private double weights(double max) {
        double sum = 0;
        for (int j = first; j < end; j++) {
            if (scores[j] == HIDDEN) {
                continue;
            }
            double e = weightError(scores[j], max, errors[j]);
            double weight = Math.exp(scores[j] - max);
            // eˣ − 1 ≤ x + x² up to 1; beyond it the weight that the score might have
            errors[j] = e < 1 ? weight * (e + e * e) : Math.exp(scores[j] - max + e);
            scores[j] = weight;
            sum += weight;
        }
        return sum;
    }

    /// Output, magnitudes and `Σ pⱼ θⱼ |vⱼ|`, in [#bound]; gives `Σ pⱼ θⱼ`.
    private double weigh(int b, int kvHead, double sum) {
        Arrays.fill(output, 0);
        Arrays.fill(magnitude, 0);
        Arrays.fill(bound, 0);
        double off = 0;
        for (int j = first; j < end; j++) {
            if (scores[j] == HIDDEN) {
                continue;
            }
            double p = scores[j] / sum;
            double slack = LEAST + errors[j] / sum;
            off += slack;
            reader.readValue(call, b, kvHead, j, value);
            add(p, slack);
            judged &= p > LEAST || isFinite(value);
        }
        return off;
    }

    private void add(double p, double slack) {
        for (int d = 0; d < output.length; d++) {
            output[d] += p * value[d];
        }
        for (int d = 0; d < output.length; d++) {
            magnitude[d] += p * Math.abs(value[d]);
        }
        for (int d = 0; d < output.length; d++) {
            bound[d] += slack * Math.abs(value[d]);
        }
    }

    private static boolean isFinite(double[] row) {
        double probe = 0;
        for (double element : row) {
            probe += 0 * element;
        }
        return probe == 0;
    }

    /// Makes the bounds, and says whether they mean anything.
    private void judge(double off, double sum, double max) {
        if (max == HIDDEN) {
            logSumExpBound = 0;
            return;
        }
        boolean numbers = !Double.isNaN(sum);
        judged &= !numbers || off < 0.5;
        // an infinite scale times a quantised sum is not a sum of infinities
        judged &= !spec.kvType().isQuantised() || (Double.isFinite(largestDot) && isFinite(magnitude));
        double terms = unit * growth(end - first);
        double factor = Math.abs(spec.probabilityScale());
        double both = isDouble ? 2 : 1;
        for (int d = 0; d < output.length; d++) {
            double size = Math.abs(output[d]);
            bound[d] = (bound[d] + off * size) / (1 - off) + terms * (magnitude[d] + size) + 2 * unit * size;
            bound[d] *= both * factor;
            output[d] *= spec.probabilityScale();
            judged &= isDouble || !Double.isFinite(magnitude[d]) || magnitude[d] * Math.max(1, sum) < MOST;
        }
        judged &= isDouble || !Double.isFinite(largestDot) || largestDot * (1 + Math.abs(spec.softmaxScale())) < MOST;
        logSumExpBound = off / (1 - off) + terms + unit * (3 * Math.abs(max) + 3 * Math.abs(logSumExp) + 8);
        logSumExpBound *= both;
    }

    /// What `k` roundings come to, and a few before and after.
    private static double growth(int k) {
        return Math.min(k + 16.0, 8 * Math.sqrt(k + 16.0));
    }

    /// Merges the row into one that was there before: see [PartialOutput].
    ///
    /// @param old the output that was there
    /// @param at of its first element
    /// @param oldLogSumExp its log-sum-exp
    /// @param lseRounding of a log-sum-exp near this row's, in the type that it is kept in
    void mergeInto(double[] old, int at, double oldLogSumExp, double lseRounding) {
        double total = PartialOutput.logAddExp(oldLogSumExp, logSumExp);
        double keep = PartialOutput.weight(oldLogSumExp, total);
        double add = PartialOutput.weight(logSumExp, total);
        double u = isDouble ? 2 * unit : unit;
        double keepOff = keep == 0 ? 0 : u * (3 * Math.abs(oldLogSumExp) + 3 * Math.abs(total) + 8);
        double addOff =
                add == 0 ? 0 : logSumExpBound + lseRounding + u * (3 * Math.abs(logSumExp) + 3 * Math.abs(total) + 8);
        judged &= oldLogSumExp < Double.POSITIVE_INFINITY && !(keepOff >= 0.5 || addOff >= 0.5);
        for (int d = 0; d < output.length; d++) {
            double before = keep == 0 ? 0 : old[at + d];
            double own = output[d];
            output[d] = PartialOutput.weigh(keep, before, add, own);
            double size = Math.abs(output[d]);
            bound[d] = PartialOutput.weigh(
                            2 * keep * keepOff, Math.abs(before) + size, 2 * add * addOff, Math.abs(own) + size)
                    + PartialOutput.weigh(8 * u * keep, Math.abs(before), add, 8 * u * Math.abs(own) + bound[d])
                    + u * size;
        }
        logSumExpBound = keep * keepOff + add * addOff + u * (4 * Math.abs(total) + 8);
        logSumExp = total;
    }

    /// Whether `got` is what was `expected`: NaN is NaN, an infinity itself, a number near.
    static boolean isNear(double got, double expected, double tolerance) {
        return Double.isNaN(expected)
                ? Double.isNaN(got)
                : got == expected || (Double.isFinite(expected) && Math.abs(got - expected) <= tolerance);
    }

    /// Half the distance of numbers of `type` about `value`; infinite past the largest, where ∞ is near, too.
    static double rounding(ElementType type, double value) {
        double size = Math.abs(value);
        return switch (type) {
            case F16 -> size > 65504 ? Double.POSITIVE_INFINITY : halfUlp(size, -14, 10);
            case BF16 -> size > 0x1.fep127 ? Double.POSITIVE_INFINITY : halfUlp(size, -126, 7);
            case F32 -> size > Float.MAX_VALUE ? Double.POSITIVE_INFINITY : halfUlp(size, -126, 23);
            case F64 -> Math.ulp(size) / 2;
            case BOOL, INT8, INT4 -> 0;
        };
    }

    private static double halfUlp(double size, int least, int bits) {
        return Math.scalb(0.5, Math.max(Math.getExponent(size), least) - bits);
    }
}
