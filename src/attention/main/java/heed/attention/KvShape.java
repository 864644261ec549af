package heed.attention;

/// The pages of a [KvStorage].
///
/// @param kvHeads heads of key and value
/// @param headDim elements of a key
/// @param valueDim elements of a value
/// @param type what is stored, a floating-point or a quantised type; scales are f32
/// @param keyLayout how the keys of a page lie
/// @param pageLen keys of a page; a cache whose sequences lie together has one page for each
/// @param pageCount pages there are: the hard limit
/// @param pageOrder which of heads and keys lies outside in a page
public record KvShape(
        int kvHeads,
        int headDim,
        int valueDim,
        ElementType type,
        KeyLayout keyLayout,
        int pageLen,
        int pageCount,
        PageOrder pageOrder) {

    /// The order of axes in memory, page, heads and keys; rows lie together in both.
    public enum PageOrder {
        /// `[pages, kvHeads, pageLen, dim]`: the rows of a head lie together.
        NHPD,
        /// `[pages, pageLen, kvHeads, dim]`: the heads of a token lie together.
        NPHD
    }

    /// Checks every component and the rules between them.
    public KvShape {
        Checks.positive("kvHeads", kvHeads);
        Checks.positive("headDim", headDim);
        Checks.positive("valueDim", valueDim);
        Checks.positive("pageLen", pageLen);
        Checks.positive("pageCount", pageCount);
        Checks.require(
                type.isFloating() || type.isQuantised(),
                "type must be a floating-point or a quantised type: type=%s",
                type);
        int group = ElementType.INT4_GROUP;
        Checks.require(
                type != ElementType.INT4 || (headDim % group == 0 && valueDim % group == 0),
                "INT4 keeps a scale for each %d elements, so headDim and valueDim must be multiples of it: headDim=%d, valueDim=%d",
                group,
                headDim,
                valueDim);
        Checks.require(
                !(keyLayout instanceof KeyLayout.Panels(int width)) || pageLen % width == 0,
                "the width of panels must divide pageLen: keyLayout=%s, pageLen=%d",
                keyLayout,
                pageLen);
    }

    /// Pages that fit `spec`, in rows of its kvType and layout.
    public static KvShape of(AttentionSpec spec, int pageLen, int pageCount) {
        return new KvShape(
                spec.kvHeads(),
                spec.headDim(),
                spec.valueDim(),
                spec.kvType(),
                spec.keyLayout(),
                pageLen,
                pageCount,
                PageOrder.NHPD);
    }
}
