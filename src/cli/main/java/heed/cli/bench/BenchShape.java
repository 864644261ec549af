package heed.cli.bench;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.cli.input.InputException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What one row of a benchmark computes: one sequence, causal or not.
///
/// @param queryHeads heads of the query
/// @param kvHeads heads of key and value
/// @param queryLen query rows, the last positions of the sequence
/// @param kvLen keys
/// @param headDim elements of a query, key, value and output row
/// @param causal whether a row sees only the keys up to its own position
/// @param type type of all four tensors
public record BenchShape(
        int queryHeads, int kvHeads, int queryLen, int kvLen, int headDim, boolean causal, ElementType type) {
    private static final Pattern SYNTAX = Pattern.compile("(\\d+)/(\\d+),(\\d+)/(\\d+),(\\d+)((?:,[a-z0-9]+)*)");
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

    /// What is measured unless told otherwise.
    public static List<BenchShape> defaults() {
        return List.of(
                parse("8/8,512/512,64"),
                parse("8/8,512/512,64,causal"),
                parse("8/8,512/512,128"),
                parse("8/8,512/512,128,causal"),
                parse("8/8,2048/2048,64"),
                parse("8/8,2048/2048,64,causal"),
                parse("8/8,2048/2048,128"),
                parse("8/8,2048/2048,128,causal"),
                parse("32/8,1/4096,128"));
    }

    /// The fewest that still show both phases.
    public static List<BenchShape> quick() {
        return List.of(parse("8/8,512/512,128"), parse("32/8,1/4096,128"));
    }

    /// Reads `queryHeads/kvHeads,queryLen/kvLen,headDim[,causal][,f32|f64]`.
    ///
    /// @throws InputException if `text` is something else
    public static BenchShape parse(String text) {
        Matcher numbers = SYNTAX.matcher(text);
        if (!numbers.matches()) {
            throw refusal(text);
        }
        boolean causal = false;
        ElementType type = ElementType.F32;
        for (String word : numbers.group(6).split(",")) {
            switch (word) {
                case "" -> {}
                case "causal" -> causal = true;
                case "f32" -> type = ElementType.F32;
                case "f64" -> type = ElementType.F64;
                default -> throw refusal(text);
            }
        }
        BenchShape shape = new BenchShape(
                size(numbers.group(1)),
                size(numbers.group(2)),
                size(numbers.group(3)),
                size(numbers.group(4)),
                size(numbers.group(5)),
                causal,
                type);
        shape.spec(); // refuses heads that do not divide
        return shape;
    }

    private static InputException refusal(String text) {
        return new InputException(
                "a shape must be queryHeads/kvHeads,queryLen/kvLen,headDim[,causal][,f32|f64]: shape=%s", text);
    }

    private static int size(String digits) {
        try {
            int size = Integer.parseInt(digits);
            if (size > 0) {
                return size;
            }
        } catch (NumberFormatException tooLong) {
            throw new InputException(tooLong, "a size must be at most %d: size=%s", Integer.MAX_VALUE, digits);
        }
        throw new InputException("a size must be at least 1: size=%s", digits);
    }

    /// The spec that is planned.
    public AttentionSpec spec() {
        return AttentionSpec.builder(queryHeads, headDim)
                .kvHeads(kvHeads)
                .mask(causal ? Mask.causal() : Mask.none())
                .type(type)
                .build();
    }

    /// The sizes that are planned for.
    public AttentionSizes sizes() {
        return new AttentionSizes(1, queryLen, kvLen);
    }

    /// A few rows over many keys are a decode step.
    public Phase phase() {
        return queryLen <= FEW && kvLen > FEW * queryLen ? Phase.DECODE : Phase.PREFILL;
    }

    /// `2 · queryHeads · (headDim + valueDim)` for each pair that the mask allows.
    public long flops() {
        long pairs = 0;
        for (int i = 0; i < queryLen; i++) {
            int seen = causal ? Math.clamp(i + kvLen - queryLen + 1L, 0, kvLen) : kvLen;
            pairs += seen;
        }
        return 2L * queryHeads * (2L * headDim) * pairs;
    }

    /// Bytes that must move: key and value once and, in prefill, query and output, too.
    public long bytes() {
        long cache = kvBytes();
        return phase() == Phase.DECODE ? cache : cache + 2L * queryHeads * queryLen * headDim * type.bytes();
    }

    /// Bytes of key and value.
    public long kvBytes() {
        return 2L * kvHeads * kvLen * headDim * type.bytes();
    }

    @Override
    public String toString() {
        return queryHeads + "/" + kvHeads + "," + queryLen + "/" + kvLen + "," + headDim + (causal ? ",causal" : "")
                + "," + type.name().toLowerCase(Locale.ROOT);
    }
}
