package heed.studies.page;

/// Points of one colour in a chart.
///
/// @param name in the legend; empty for none
/// @param mark how they are drawn
/// @param color of [Style], counted from 0
/// @param x along the horizontal axis
/// @param y along the vertical axis
record Series(String name, Mark mark, int color, double[] x, double[] y) {
    /// How points are drawn.
    enum Mark {
        LINE,
        DASHES,
        DOTS
    }

    Series {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "a series needs a y for each x: name=%s, x=%d, y=%d".formatted(name, x.length, y.length));
        }
    }
}
