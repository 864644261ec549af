package heed.attention;

import static heed.attention.Checks.positive;
import static heed.attention.Checks.require;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Everything that changes the mathematics or the storage of attention, `softmax(scale · Q Kᵀ + mask) · V`.
///
/// A spec is a value: equal specs share a plan. It is checked once, when built; a wrong one cannot exist. Lengths
/// and tensors come with each run. The score of a pair is computed in this order: scale, softcap,
/// [ScoreExpression], additive mask, hiding masks; then softmax with the sink, then `· V`.
///
/// ```java
/// AttentionSpec spec = AttentionSpec.builder(32, 128).kvHeads(8).mask(Mask.causal()).build();
/// ```
///
/// @param queryHeads heads of the query and the output
/// @param kvHeads heads of key and value; it divides `queryHeads`, and query head `h` reads kv head `h /
///     groupSize`
/// @param headDim elements of a query row and of a key row
/// @param valueDim elements of a value row and of an output row
/// @param softmaxScale factor on `q · k`, any finite number
/// @param softcap `c` of `c · tanh(score / c)`, 0 for none
/// @param sink whether each query head has a learned logit that takes weight and gives no value
/// @param score what becomes of the score after scale and softcap
/// @param probabilityScale factor on the probabilities after the softmax, any finite number; the log-sum-exp is
///     without it
/// @param mask which keys are seen, and what is added to scores
/// @param alignment where query row 0 stands among the keys
/// @param queryType type of the query, any floating-point type
/// @param kvType type of key and value, any floating-point or quantised type; [ElementType#INT4] needs
///     `headDim` and `valueDim` in whole groups
/// @param outputType type of the output, any floating-point type
/// @param keyLayout how keys lie in memory
/// @param pageLen keys of a page if keys and values lie in pages ([PageTable]), 0 if those of a sequence lie
///     together
/// @param determinism what may change the bits of a result
/// @param extraOutputs what is written besides the output
/// @param firstKeys keys whose mass is [ExtraOutput#SINK_MASS]
/// @param windowKeys keys on either side, the query's own among them, whose mass is [ExtraOutput#WINDOW_MASS]
/// @param scoreStage which scores are written, for small cases; empty for none
public record AttentionSpec(
        int queryHeads,
        int kvHeads,
        int headDim,
        int valueDim,
        double softmaxScale,
        double softcap,
        boolean sink,
        Optional<ScoreExpression> score,
        double probabilityScale,
        Mask mask,
        QueryAlignment alignment,
        ElementType queryType,
        ElementType kvType,
        ElementType outputType,
        KeyLayout keyLayout,
        int pageLen,
        Determinism determinism,
        Set<ExtraOutput> extraOutputs,
        int firstKeys,
        int windowKeys,
        Optional<ScoreStage> scoreStage) {

    /// Checks every component and the rules between them.
    public AttentionSpec {
        given("score", score);
        given("mask", mask);
        given("alignment", alignment);
        given("keyLayout", keyLayout);
        given("determinism", determinism);
        positive("queryHeads", queryHeads);
        positive("kvHeads", kvHeads);
        positive("headDim", headDim);
        positive("valueDim", valueDim);
        require(
                queryHeads % kvHeads == 0,
                "queryHeads must be a multiple of kvHeads: queryHeads=%d, kvHeads=%d",
                queryHeads,
                kvHeads);
        require(Double.isFinite(softmaxScale), "softmaxScale must be finite: softmaxScale=%s", softmaxScale);
        require(
                Double.isFinite(softcap) && softcap >= 0,
                "softcap must be positive, or 0 for none: softcap=%s",
                softcap);
        require(
                Double.isFinite(probabilityScale),
                "probabilityScale must be finite: probabilityScale=%s",
                probabilityScale);
        given("scoreStage", scoreStage);
        Checks.notNegative("firstKeys", firstKeys);
        Checks.notNegative("windowKeys", windowKeys);
        requirePages(pageLen, keyLayout);
        requireFloating("queryType", queryType);
        requireFloating("outputType", outputType);
        requireStorage(kvType, headDim, valueDim);
        requireOnce(mask, Mask.BooleanTensor.class);
        requireOnce(mask, Mask.AdditiveTensor.class);
        requireOnce(mask, Mask.BlockTensor.class);
        requireOnce(mask, Mask.Alibi.class);
        extraOutputs = Set.copyOf(extraOutputs);
    }

    private static void given(String name, Object component) {
        Objects.requireNonNull(component, () -> name + " must be given: " + name + "=null");
    }

    private static void requirePages(int pageLen, KeyLayout layout) {
        require(pageLen >= 0, "pageLen must be positive, or 0 for keys that lie together: pageLen=%d", pageLen);
        require(
                !(layout instanceof KeyLayout.Panels(int width)) || pageLen % width == 0,
                "the width of panels must divide pageLen: keyLayout=%s, pageLen=%d",
                layout,
                pageLen);
    }

    private static void requireFloating(String name, ElementType type) {
        given(name, type);
        require(type.isFloating(), "%s must be a floating-point type: %s=%s", name, name, type);
    }

    private static void requireStorage(ElementType type, int headDim, int valueDim) {
        given("kvType", type);
        require(
                type.isFloating() || type.isQuantised(),
                "kvType must be a floating-point or a quantised type: kvType=%s",
                type);
        int group = ElementType.INT4_GROUP;
        require(
                type != ElementType.INT4 || (headDim % group == 0 && valueDim % group == 0),
                "INT4 keeps a scale for each %d elements, so headDim and valueDim must be multiples of it: headDim=%d, valueDim=%d",
                group,
                headDim,
                valueDim);
    }

    private static void requireOnce(Mask mask, Class<? extends Mask> kind) {
        long count = mask.leaves().stream().filter(kind::isInstance).count();
        require(
                count <= 1,
                "a mask may hold one %s, since a run gives one tensor for it: count=%d",
                kind.getSimpleName(),
                count);
    }

    /// Query heads that share one kv head: 1 is MHA, `queryHeads` is MQA, between is GQA.
    public int groupSize() {
        return queryHeads / kvHeads;
    }

    /// Whether keys and values lie in pages.
    public boolean isPaged() {
        return pageLen > 0;
    }

    /// Whether runs write the log-sum-exp.
    public boolean hasLogSumExp() {
        return extraOutputs.contains(ExtraOutput.LOG_SUM_EXP);
    }

    /// A builder with this spec's values.
    public Builder toBuilder() {
        return new Builder(this);
    }

    /// A builder for `queryHeads` heads of `headDim` elements: multi-head attention in f32 without mask, scaled
    /// by `1/√headDim`, until told otherwise.
    public static Builder builder(int queryHeads, int headDim) {
        positive("headDim", headDim);
        return new Builder(new AttentionSpec(
                queryHeads,
                queryHeads,
                headDim,
                headDim,
                1 / Math.sqrt(headDim),
                0,
                false,
                Optional.empty(),
                1,
                Mask.none(),
                QueryAlignment.BOTTOM_RIGHT,
                ElementType.F32,
                ElementType.F32,
                ElementType.F32,
                KeyLayout.rows(),
                0,
                Determinism.DEFAULT,
                Set.of(),
                0,
                0,
                Optional.empty()));
    }

    /// Collects the components of a spec; [#build] checks them.
    public static final class Builder {
        private final int queryHeads;
        private final int headDim;
        private int kvHeads;
        private int valueDim;
        private double softmaxScale;
        private double softcap;
        private boolean sink;
        private Optional<ScoreExpression> score;
        private double probabilityScale;
        private Mask mask;
        private QueryAlignment alignment;
        private ElementType queryType;
        private ElementType kvType;
        private ElementType outputType;
        private KeyLayout keyLayout;
        private int pageLen;
        private Determinism determinism;
        private Optional<ScoreStage> scoreStage;
        private int firstKeys;
        private int windowKeys;
        private final Set<ExtraOutput> extraOutputs = EnumSet.noneOf(ExtraOutput.class);

        private Builder(AttentionSpec spec) {
            queryHeads = spec.queryHeads;
            headDim = spec.headDim;
            kvHeads = spec.kvHeads;
            valueDim = spec.valueDim;
            softmaxScale = spec.softmaxScale;
            softcap = spec.softcap;
            sink = spec.sink;
            score = spec.score;
            probabilityScale = spec.probabilityScale;
            mask = spec.mask;
            alignment = spec.alignment;
            queryType = spec.queryType;
            kvType = spec.kvType;
            outputType = spec.outputType;
            keyLayout = spec.keyLayout;
            pageLen = spec.pageLen;
            determinism = spec.determinism;
            scoreStage = spec.scoreStage;
            firstKeys = spec.firstKeys;
            windowKeys = spec.windowKeys;
            extraOutputs.addAll(spec.extraOutputs);
        }

        /// Heads of key and value; it divides the query heads. Default: as many.
        public Builder kvHeads(int heads) {
            kvHeads = heads;
            return this;
        }

        /// Elements of a value row. Default: `headDim`.
        public Builder valueDim(int elements) {
            valueDim = elements;
            return this;
        }

        /// Factor on `q · k`. Default: `1/√headDim`.
        public Builder softmaxScale(double scale) {
            softmaxScale = scale;
            return this;
        }

        /// Caps scores at ±`cap`, smoothly. Default: 0, no cap.
        public Builder softcap(double cap) {
            softcap = cap;
            return this;
        }

        /// Adds a learned logit per query head to the softmax denominator; runs give [AttentionArguments#sink].
        public Builder sink() {
            sink = true;
            return this;
        }

        /// Replaces each score by the expression's value.
        public Builder score(ScoreExpression expression) {
            score = Optional.of(expression);
            return this;
        }

        /// Factor on the probabilities after the softmax. Default: 1.
        public Builder probabilityScale(double factor) {
            probabilityScale = factor;
            return this;
        }

        /// Which keys are seen. Default: all.
        public Builder mask(Mask seen) {
            mask = seen;
            return this;
        }

        /// Where query row 0 stands among the keys. Default: [QueryAlignment#BOTTOM_RIGHT].
        public Builder alignment(QueryAlignment where) {
            alignment = where;
            return this;
        }

        /// One type for query, key, value and output. Default: [ElementType#F32].
        public Builder type(ElementType type) {
            queryType = type;
            outputType = type;
            return kvType(type);
        }

        /// Type of key and value; a quantised one comes with scales, [AttentionArguments#keyScale].
        public Builder kvType(ElementType type) {
            kvType = type;
            return this;
        }

        /// Type of the output.
        public Builder outputType(ElementType type) {
            outputType = type;
            return this;
        }

        /// How keys lie in memory. Default: [KeyLayout#rows].
        public Builder keyLayout(KeyLayout layout) {
            keyLayout = layout;
            return this;
        }

        /// Keys and values lie in pages of `keys` keys; runs give [AttentionArguments#pageTable]. Default: 0,
        /// they lie together.
        public Builder pageLen(int keys) {
            pageLen = keys;
            return this;
        }

        /// What may change the bits of a result. Default: [Determinism#DEFAULT].
        public Builder determinism(Determinism promise) {
            determinism = promise;
            return this;
        }

        /// Also writes the natural log of the softmax denominator to [AttentionArguments#logSumExp].
        public Builder logSumExp() {
            extraOutputs.add(ExtraOutput.LOG_SUM_EXP);
            return this;
        }

        /// Also writes `output` to the run's [AttentionArguments#diagnostics]; masses have methods of their own.
        public Builder extraOutput(ExtraOutput output) {
            extraOutputs.add(output);
            return this;
        }

        /// Also writes the mass of the first `keys` keys and of the sink, [ExtraOutput#SINK_MASS].
        public Builder sinkMass(int keys) {
            firstKeys = keys;
            return extraOutput(ExtraOutput.SINK_MASS);
        }

        /// Also writes the mass of the `keys` keys up to the query's own and as many beyond,
        /// [ExtraOutput#WINDOW_MASS].
        public Builder windowMass(int keys) {
            windowKeys = keys;
            return extraOutput(ExtraOutput.WINDOW_MASS);
        }

        /// Also writes the scores as they are at `stage` to [AttentionArguments#scores], every pair of them.
        public Builder scoreStage(ScoreStage stage) {
            scoreStage = Optional.of(stage);
            return this;
        }

        /// The spec.
        ///
        /// @throws IllegalArgumentException naming the rule and the value that breaks it
        public AttentionSpec build() {
            return new AttentionSpec(
                    queryHeads,
                    kvHeads,
                    headDim,
                    valueDim,
                    softmaxScale,
                    softcap,
                    sink,
                    score,
                    probabilityScale,
                    mask,
                    alignment,
                    queryType,
                    kvType,
                    outputType,
                    keyLayout,
                    pageLen,
                    determinism,
                    extraOutputs,
                    firstKeys,
                    windowKeys,
                    scoreStage);
        }
    }
}
