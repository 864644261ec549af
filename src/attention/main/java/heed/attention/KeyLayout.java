package heed.attention;

/// How the keys of a cache lie in memory.
public sealed interface KeyLayout {
    /// One key after the other, `[len, headDim]` in the tensor's own strides: what callers have and every host
    /// backend reads.
    record Rows() implements KeyLayout {}

    /// Keys transposed in panels, `[len / width, headDim, width]`: what a kernel that broadcasts the query wants.
    ///
    /// @param width keys of a panel; it divides the page length
    record Panels(int width) implements KeyLayout {
        /// Checks the width.
        public Panels {
            Checks.positive("width", width);
        }
    }

    /// [Rows].
    static KeyLayout rows() {
        return new Rows();
    }
}
