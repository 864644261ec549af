package heed.studies.page;

import static heed.studies.page.Text.escape;
import static heed.studies.page.Text.unit;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// A table of numbers as squares, the stronger the larger: darker on a light page, lighter on a dark one, so that
/// captions should speak of strong and faint.
///
/// @param title what it shows
/// @param caption what to see
/// @param rowLabel what a row is
/// @param columnLabel what a column is
/// @param rowNames a name for each row; numbers if empty
/// @param columnNames a name for each column; numbers if empty
/// @param cells row by row, each from `least` to `most`
/// @param least value of the faintest square
/// @param most value of the strongest
public record HeatMap(
        String title,
        String caption,
        String rowLabel,
        String columnLabel,
        List<String> rowNames,
        List<String> columnNames,
        double[][] cells,
        double least,
        double most)
        implements Figure {
    private static final double SIDE = 400;
    private static final double TOP = 30;

    /// Names that are longer are cut.
    private static final double LONGEST = SIDE / 2 - 34;

    /// Checks the sizes.
    public HeatMap {
        for (double[] row : cells) {
            if (row.length != cells[0].length) {
                throw new IllegalArgumentException("a map's rows must be equally long: row 0 has %d, another %d"
                        .formatted(cells[0].length, row.length));
            }
        }
        rowNames = named(rowNames, cells.length);
        columnNames = named(columnNames, cells.length == 0 ? 0 : cells[0].length);
    }

    private static List<String> named(List<String> names, int count) {
        if (names.isEmpty()) {
            return IntStream.range(0, count).mapToObj(Integer::toString).toList();
        }
        if (names.size() != count) {
            throw new IllegalArgumentException(
                    "a map needs a name for each row and column: names=%d, count=%d".formatted(names.size(), count));
        }
        return List.copyOf(names);
    }

    @Override
    public String markup() {
        double left = Math.min(SIDE / 2, 34 + longest(rowNames));
        int columns = columnNames.size();
        double cell = Math.min(48, (SIDE - left - 10) / Math.max(1, columns));
        double bottom = TOP + cell * cells.length;
        boolean upright = longest(columnNames) > cell;
        double names = upright ? longest(columnNames) + 14 : 22;
        double height = bottom + names + 20;
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
                .formatted(unit(SIDE), unit(height), escape(title)));
        for (int i = 0; i < cells.length; i++) {
            row(svg, i, left, cell);
        }
        for (int j = 0; j < columns; j += every(columns, cell, upright)) {
            columnName(svg, j, left + (j + 0.5) * cell, bottom + 6, upright);
        }
        svg.append("<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>\n"
                .formatted(unit(left + cell * columns / 2), unit(height - 5), escape(columnLabel)));
        svg.append("<text transform=\"translate(13 %s) rotate(-90)\" text-anchor=\"middle\">%s</text>\n"
                .formatted(unit((TOP + bottom) / 2), escape(rowLabel)));
        scale(svg, left);
        return svg.append("</svg>\n").toString();
    }

    private void row(StringBuilder svg, int i, double left, double cell) {
        double top = TOP + i * cell;
        for (int j = 0; j < columnNames.size(); j++) {
            double value = cells[i][j];
            svg.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%3$s\" %s><title>%s</title></rect>"
                    .formatted(
                            unit(left + j * cell),
                            unit(top),
                            unit(cell * 0.96),
                            Double.isNaN(value) ? "class=\"none\"" : fill(value),
                            escape(String.format(
                                    Locale.ROOT, "%s, %s: %.4g", rowNames.get(i), columnNames.get(j), value))));
        }
        if (i % every(cells.length, cell, true) == 0) {
            svg.append("<text class=\"tick\" x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>"
                    .formatted(unit(left - 5), unit(top + cell / 2 + 4), escape(Text.cut(rowNames.get(i), LONGEST))));
        }
        svg.append('\n');
    }

    private String fill(double value) {
        double strength = most > least ? Math.clamp((value - least) / (most - least), 0, 1) : 0;
        return fillOf(strength);
    }

    private static String fillOf(double strength) {
        return String.format(Locale.ROOT, "fill=\"var(--map)\" fill-opacity=\"%.3f\"", 0.04 + 0.96 * strength);
    }

    private static void columnName(StringBuilder svg, double x, double y, String name, boolean upright) {
        String place = upright
                ? "transform=\"translate(%s %s) rotate(-90)\" text-anchor=\"end\"".formatted(unit(x + 4), unit(y))
                : "x=\"%s\" y=\"%s\" text-anchor=\"middle\"".formatted(unit(x), unit(y + 10));
        svg.append("<text class=\"tick\" %s>%s</text>\n".formatted(place, escape(Text.cut(name, LONGEST))));
    }

    private void columnName(StringBuilder svg, int j, double x, double y, boolean upright) {
        columnName(svg, x, y, columnNames.get(j), upright);
    }

    /// Names that would lie over each other are left out.
    private static int every(int count, double cell, boolean upright) {
        double room = upright ? 12 : 22;
        return (int) Math.ceil(Math.min(count, room / cell));
    }

    private static double longest(List<String> names) {
        return Math.min(LONGEST, names.stream().mapToDouble(Text::width).max().orElse(0));
    }

    private void scale(StringBuilder svg, double left) {
        for (int n = 0; n <= 10; n++) {
            svg.append("<rect x=\"%s\" y=\"4\" width=\"12\" height=\"12\" %s/>"
                    .formatted(unit(left + 62 + 12 * n), fillOf(n / 10.0)));
        }
        svg.append("<text class=\"tick\" x=\"%s\" y=\"15\" text-anchor=\"end\">%s</text>"
                .formatted(unit(left + 56), number(least)));
        svg.append("<text class=\"tick\" x=\"%s\" y=\"15\">%s</text>\n".formatted(unit(left + 200), number(most)));
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.3g", value);
        return text.contains(".") && !text.contains("e") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
