package heed.studies.page;

import static heed.studies.page.Text.escape;
import static heed.studies.page.Text.unit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Named numbers as horizontal bars, from zero to the right, or to the left where they are negative.
///
/// @param title what it shows
/// @param caption what to see
/// @param label what the numbers are, with their unit
/// @param names one for each bar, from the top
/// @param values their lengths
public record Bars(String title, String caption, String label, List<String> names, double[] values) implements Figure {
    private static final double WIDTH = 400;
    private static final double BAR = 20;
    private static final double TOP = 6;
    private static final double BOTTOM = 30;

    /// Room for a number beside its bar.
    private static final double NUMBER = 52;

    /// Checks the sizes.
    public Bars {
        names = List.copyOf(names);
        if (names.size() != values.length) {
            throw new IllegalArgumentException(
                    "bars need a name for each value: names=%d, values=%d".formatted(names.size(), values.length));
        }
    }

    @Override
    public String markup() {
        double longest = names.stream().mapToDouble(Text::width).max().orElse(0);
        double left = Math.min(WIDTH / 2, 12 + longest);
        double least = Math.min(0, finite().min().orElse(0));
        double most = Math.max(0, finite().max().orElse(0));
        double first = least < 0 ? left + NUMBER : left;
        double room = WIDTH - NUMBER - first;
        double scale = most > least ? room / (most - least) : 0;
        double zero = first - least * scale;
        double height = TOP + BAR * names.size() + BOTTOM;
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
                .formatted(unit(WIDTH), unit(height), escape(title)));
        IntStream.range(0, names.size()).forEach(n -> bar(svg, n, left, zero, scale));
        svg.append("<path class=\"frame\" d=\"M%s %sV%s\"/>\n"
                .formatted(unit(zero), unit(TOP), unit(TOP + BAR * names.size())));
        svg.append("<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>\n"
                .formatted(unit(first + room / 2), unit(height - 9), escape(label)));
        return svg.append("</svg>\n").toString();
    }

    private java.util.stream.DoubleStream finite() {
        return Arrays.stream(values).filter(Double::isFinite);
    }

    private void bar(StringBuilder svg, int n, double left, double zero, double scale) {
        double value = values[n];
        double top = TOP + BAR * n;
        double length = Double.isFinite(value) ? value * scale : 0;
        svg.append("<text class=\"tick\" x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>"
                .formatted(unit(left - 6), unit(top + 14), escape(Text.cut(names.get(n), left - 8))));
        svg.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>"
                .formatted(
                        unit(zero + Math.min(0, length)),
                        unit(top + 3),
                        unit(Math.abs(length)),
                        unit(BAR - 6),
                        Style.color(0)));
        svg.append("<text class=\"tick\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
                .formatted(
                        unit(zero + length + (length < 0 ? -4 : 4)),
                        unit(top + 14),
                        length < 0 ? "end" : "start",
                        String.format(Locale.ROOT, "%.3g", value)));
    }
}
