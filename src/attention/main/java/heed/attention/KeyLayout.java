package heed.attention;

/// How keys lie in memory. Values always lie in rows.
public sealed interface KeyLayout {
    /// One key after the other, `[batch, kvHeads, kvLen, headDim]` in the tensor's own strides: what callers have
    /// and every host backend reads.
    record Rows() implements KeyLayout {}

    /// Keys transposed in panels, `[batch, kvHeads, panels, headDim, width]`: what a kernel that broadcasts the
    /// query wants.
    ///
    /// ```
    /// width = 4, headDim = 3      panel 0                     panel 1
    ///                             k₀₀ k₁₀ k₂₀ k₃₀             k₄₀ k₅₀  ·   ·
    /// kⱼd: dim d of key j         k₀₁ k₁₁ k₂₁ k₃₁             k₄₁ k₅₁  ·   ·
    ///                             k₀₂ k₁₂ k₂₂ k₃₂             k₄₂ k₅₂  ·   ·
    /// ```
    ///
    /// Panel `p` holds keys `p · width` to `p · width + width − 1`. What lies past the last key has no effect, NaN
    /// included. A panel is contiguous; panels, heads and sequences may lie apart. With [ElementType#INT4] axis 3
    /// has `headDim / 2` pairs: a byte holds dims `2d` and `2d + 1` of one key. The number of keys follows from the
    /// value tensor, and a ragged sequence begins a panel. [KeyPanels] makes panels of rows.
    ///
    /// @param width keys of a panel; it divides the page length of a cache
    record Panels(int width) implements KeyLayout {
        /// Checks the width.
        public Panels {
            Checks.positive("width", width);
        }

        /// Panels that hold `keys`.
        public int count(int keys) {
            return Math.ceilDiv(keys, width);
        }
    }

    /// [Rows].
    static KeyLayout rows() {
        return new Rows();
    }

    /// [Panels] of `width` keys.
    static KeyLayout panels(int width) {
        return new Panels(width);
    }
}
