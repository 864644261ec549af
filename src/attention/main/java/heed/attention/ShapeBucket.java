package heed.attention;

import static heed.attention.Checks.positive;
import static heed.attention.Checks.require;

import java.util.Objects;

/// Shapes among which the ranking of backends hardly changes: what is measured for one is taken for all.
///
/// | kept          | how                          | since                                                            |
/// |---------------|------------------------------|------------------------------------------------------------------|
/// | heads         | `batch · kvHeads`, 2ⁿ        | streams to share among threads; whose they are does not matter   |
/// | group, dims   | exact                        | a kernel's tiles fit them or do not; a server has few            |
/// | lengths       | 2ⁿ; prefill to 2048 rows     | what calls cost matters in short ones, arithmetic in long ones   |
/// | types, layout | exact                        | each has kernels of its own                                      |
/// | mask          | its kind, windows to 2ⁿ      | some backends skip what is hidden, others compute it             |
/// | threads       | exact                        | backends share work in different ways                            |
///
/// Left out: the scale and the output's type, which cost the same everywhere, and what a cache or a run beyond
/// [#MOST_BYTES] and [#MOST_FLOPS] adds: it is out of every cache, and long, already. A measurement computes one
/// sequence of `heads` kv heads, so it takes no more than those.
///
/// @param heads kv heads of all sequences together
/// @param groupSize query heads that share one
/// @param queryLen query rows
/// @param kvLen keys
/// @param headDim elements of a query and key row
/// @param valueDim elements of a value row
/// @param queryType type of the query
/// @param kvType type of key and value
/// @param panelWidth keys of a panel, 0 for [KeyLayout.Rows]
/// @param pageLen keys of a page, 0 for keys that lie together
/// @param mask its kind in words
/// @param features what else costs, in words
/// @param threads of a run, at most
public record ShapeBucket(
        int heads,
        int groupSize,
        int queryLen,
        int kvLen,
        int headDim,
        int valueDim,
        ElementType queryType,
        ElementType kvType,
        int panelWidth,
        int pageLen,
        String mask,
        String features,
        int threads) {
    /// Bytes of keys and values beyond which heads are halved.
    static final long MOST_BYTES = 256L << 20;

    /// Operations of a run beyond which heads are halved.
    static final long MOST_FLOPS = 1L << 36;

    private static final int MOST_ROWS = 2048;
    private static final int MOST_KEYS = 1 << 15;
    private static final int FEW = 8;

    /// Checks the counts: buckets are read from files, too.
    public ShapeBucket {
        positive("heads", heads);
        positive("groupSize", groupSize);
        positive("queryLen", queryLen);
        positive("kvLen", kvLen);
        positive("headDim", headDim);
        positive("valueDim", valueDim);
        positive("threads", threads);
        Checks.notNegative("panelWidth", panelWidth);
        Checks.notNegative("pageLen", pageLen);
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(features, "features");
        require(queryType.isFloating(), "queryType must be a floating-point type: queryType=%s", queryType);
        require(
                kvType.isFloating() || kvType.isQuantised(),
                "kvType must be a floating-point or a quantised type: kvType=%s",
                kvType);
    }

    /// The bucket of what is planned.
    public static ShapeBucket of(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        int rows = rounded(sizes.queryLen());
        int keys = rounded(sizes.kvLen());
        int beyond = Math.max(1, rows / MOST_ROWS);
        int queryLen = rows / beyond;
        int kvLen = Math.clamp(keys / beyond, 1, MOST_KEYS);
        return new ShapeBucket(
                heads(spec, sizes.batch(), queryLen, kvLen),
                spec.groupSize(),
                queryLen,
                kvLen,
                spec.headDim(),
                spec.valueDim(),
                spec.queryType(),
                spec.kvType(),
                spec.keyLayout() instanceof KeyLayout.Panels(int width) ? width : 0,
                spec.pageLen(),
                MaskKind.of(spec, queryLen, kvLen),
                features(spec),
                options.threads());
    }

    private static int heads(AttentionSpec spec, int batch, int queryLen, int kvLen) {
        int dims = spec.headDim() + spec.valueDim();
        long flops = 2L * spec.groupSize() * queryLen * kvLen * dims;
        long bytes = (long) kvLen * dims * spec.kvType().bytes();
        int heads = rounded((int) Math.min((long) batch * spec.kvHeads(), 1 << 20));
        while (heads > 1 && (heads > MOST_FLOPS / flops || heads > MOST_BYTES / bytes)) {
            heads /= 2;
        }
        return heads;
    }

    private static String features(AttentionSpec spec) {
        return (spec.softcap() > 0 ? "softcap " : "") + (spec.sink() ? "sink" : "");
    }

    /// The power of two that is nearest by its ratio; 1 for 0.
    static int rounded(int count) {
        long below = Integer.highestOneBit(Math.max(1, count));
        return (int) Math.min(1 << 30, (long) count * count > 2 * below * below ? 2 * below : below);
    }

    /// Whether it is a few rows over many keys, which reading the keys bounds, not arithmetic.
    public boolean decodes() {
        return queryLen <= FEW && kvLen > FEW * queryLen;
    }

    @Override
    public String toString() {
        return (decodes() ? "decode " : "prefill ")
                + heads * groupSize + "/" + heads + "," + queryLen + "/" + kvLen + ","
                + (headDim == valueDim ? "" + headDim : headDim + "/" + valueDim) + ","
                + (queryType == kvType ? "" + kvType : queryType + "/" + kvType)
                + (panelWidth == 0 ? "" : ",panels of " + panelWidth)
                + (pageLen == 0 ? "" : ",pages of " + pageLen)
                + (mask.isEmpty() ? "" : "," + mask)
                + (features.isEmpty() ? "" : "," + features.strip())
                + "," + threads + (threads == 1 ? " thread" : " threads");
    }
}
