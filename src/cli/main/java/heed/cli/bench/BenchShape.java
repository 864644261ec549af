package heed.cli.bench;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.Mask;
import java.util.Locale;

/// What one row of a benchmark computes: a sequence, or some of equal lengths in one ragged call.
///
/// @param batch sequences; the tensors of several are packed, token after token (THD)
/// @param queryHeads heads of the query
/// @param kvHeads heads of key and value
/// @param queryLen query rows of a sequence, its last positions
/// @param kvLen keys of a sequence
/// @param headDim elements of a query, key, value and output row
/// @param causal whether a row sees only the keys up to its own position
/// @param kvType type of key and value; [#queryType] and [#outputType] follow from it
/// @param panels whether keys lie as the backend prefers, in panels if it does, else in rows
public record BenchShape(
        int batch,
        int queryHeads,
        int kvHeads,
        int queryLen,
        int kvLen,
        int headDim,
        boolean causal,
        ElementType kvType,
        boolean panels) {
    /// Type of the scales of quantised keys and values.
    static final ElementType SCALE = ElementType.F32;

    private static final int FEW = 8;

    /// Which of the two uses of attention a shape stands for.
    public enum Phase {
        /// Many query rows at once; arithmetic limits it.
        PREFILL,
        /// One or a few rows against a long cache; reading the cache limits it.
        DECODE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Reads [ShapeSyntax#GRAMMAR], for example `32/8,1/4096,128,bf16,panels`.
    ///
    /// @throws InputException if `text` is something else
    public static BenchShape parse(String text) {
        return ShapeSyntax.parse(text);
    }

    /// This shape with keys in rows.
    BenchShape inRows() {
        return new BenchShape(batch, queryHeads, kvHeads, queryLen, kvLen, headDim, causal, kvType, false);
    }

    /// This shape with `len` query rows and keys.
    BenchShape withLength(int len) {
        return new BenchShape(batch, queryHeads, kvHeads, len, len, headDim, causal, kvType, panels);
    }

    /// This shape with a causal mask, or without one.
    public BenchShape withCausal(boolean masked) {
        return new BenchShape(batch, queryHeads, kvHeads, queryLen, kvLen, headDim, masked, kvType, panels);
    }

    /// This shape with keys and values in `type`.
    public BenchShape withType(ElementType type) {
        return new BenchShape(batch, queryHeads, kvHeads, queryLen, kvLen, headDim, causal, type, panels);
    }

    /// Type of the query: that of key and value, but f32 where those are quantised, and in decode where they are kept
    /// in 16 bits: a step computes in f32 from a cache that is kept small.
    public ElementType queryType() {
        boolean small = kvType == ElementType.F16 || kvType == ElementType.BF16;
        boolean f32 = kvType.isQuantised() || (small && phase() == Phase.DECODE);
        return f32 ? ElementType.F32 : kvType;
    }

    /// Type of the output: f32, or f64 if everything is.
    public ElementType outputType() {
        return kvType == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    }

    /// The spec that is planned, with keys in `layout`.
    public AttentionSpec spec(KeyLayout layout) {
        return AttentionSpec.builder(queryHeads, headDim)
                .kvHeads(kvHeads)
                .mask(causal ? Mask.causal() : Mask.none())
                .type(queryType())
                .kvType(kvType)
                .outputType(outputType())
                .keyLayout(layout)
                .build();
    }

    /// The sizes that are planned for.
    public AttentionSizes sizes() {
        return new AttentionSizes(batch, queryLen, kvLen);
    }

    /// A few rows over many keys are a decode step.
    public Phase phase() {
        return queryLen <= FEW && kvLen > FEW * queryLen ? Phase.DECODE : Phase.PREFILL;
    }

    /// `2 · queryHeads · (headDim + valueDim)` for each pair that the mask allows.
    public long flops() {
        return 4L * batch * queryHeads * headDim * pairs();
    }

    /// Pairs of a query row and a key that it sees, in one sequence: `kvLen` for each row, or, causal, one key fewer
    /// for each row before the last until none is left.
    private long pairs() {
        if (!causal) {
            return (long) queryLen * kvLen;
        }
        long seeing = Math.min(queryLen, kvLen);
        return seeing * (kvLen - seeing) + seeing * (seeing + 1) / 2;
    }

    /// Bytes that must move: key and value once and, in prefill, query and output, too.
    public long bytes() {
        return phase() == Phase.DECODE ? kvBytes() : kvBytes() + queryBytes() + outputBytes();
    }

    /// Bytes of a key or value with its scales.
    long rowBytes() {
        return (long) kvType.unitsOf(headDim) * kvType.bytes() + (long) kvType.scalesOf(headDim) * SCALE.bytes();
    }

    /// Bytes of key and value of all sequences, with their scales.
    public long kvBytes() {
        return 2L * batch * kvHeads * kvLen * rowBytes();
    }

    /// Bytes of the query.
    public long queryBytes() {
        return (long) batch * queryHeads * queryLen * headDim * queryType().bytes();
    }

    /// Bytes of the output.
    public long outputBytes() {
        return (long) batch * queryHeads * queryLen * headDim * outputType().bytes();
    }

    @Override
    public String toString() {
        return ShapeSyntax.text(this);
    }
}
