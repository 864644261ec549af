package heed.attention;

/// Lays keys out in [KeyLayout.Panels].
///
/// ```java
/// KeyPanels.fill(rows, panels); // [2, 8, 1000, 128] → [2, 8, 63, 128, 16]
/// ```
public final class KeyPanels {
    private KeyPanels() {}

    /// Fills `panels` with the keys of `rows`; what lies past the last one is left as it is.
    ///
    /// @param rows `[batch, kvHeads, kvLen, headDim]`
    /// @param panels `[batch, kvHeads, panels, headDim, width]` of the same type
    /// @throws IllegalArgumentException if shapes, types or memory do not fit
    public static void fill(Tensor rows, Tensor panels) {
        append(rows, panels, 0);
    }

    /// Writes the keys of `rows` as keys `len`, `len + 1` and so on; the others are left as they are.
    ///
    /// @param len keys already there, in every sequence
    /// @throws IllegalArgumentException if shapes, types or memory do not fit
    public static void append(Tensor rows, Tensor panels, int len) {
        check(rows, panels, Checks.notNegative("len", len));
        for (int b = 0; b < rows.size(0); b++) {
            for (int h = 0; h < rows.size(1); h++) {
                long rowsAt = rows.offset() + b * rows.stride(0) + h * rows.stride(1);
                long panelsAt = panels.offset() + b * panels.stride(0) + h * panels.stride(1);
                for (int j = 0; j < rows.size(2); j++) {
                    copy(rows, rowsAt + j * rows.stride(2), panels, panelsAt, len + j);
                }
            }
        }
    }

    private static void check(Tensor rows, Tensor panels, int len) {
        Checks.require(rows.rank() == 4, "rows must be [batch, kvHeads, kvLen, headDim]: rows=%s", rows);
        boolean fits = panels.rank() == 5
                && panels.size(0) == rows.size(0)
                && panels.size(1) == rows.size(1)
                && panels.size(3) == rows.size(3);
        Checks.require(
                fits && panels.size(4) > 0 && (long) panels.size(2) * panels.size(4) >= (long) len + rows.size(2),
                "panels must be [batch, kvHeads, panels, headDim, width] with room for %d keys: panels=%s, rows=%s",
                (long) len + rows.size(2),
                panels,
                rows);
        Door.type("panels", panels, rows.type());
        Door.readable("rows", rows);
        Door.writable("panels", panels);
        Door.apart("panels", panels, "rows", rows);
    }

    /// One key: neighbours along the row lie a panel's width apart.
    private static void copy(Tensor rows, long from, Tensor panels, long panelsAt, int key) {
        ElementType type = rows.type();
        int width = panels.size(4);
        long to = panelsAt + key / width * panels.stride(2) + key % width * panels.stride(4);
        for (int d = 0; d < rows.size(3); d++) {
            double element = type.read(rows.segment(), from + d * rows.stride(3));
            type.write(panels.segment(), to + d * panels.stride(3), element);
        }
    }
}
