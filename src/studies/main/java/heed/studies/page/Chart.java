package heed.studies.page;

import static heed.studies.page.Text.escape;
import static heed.studies.page.Text.unit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/// Lines and points over two axes.
///
/// ```java
/// new Chart("Entropy over time", "It rises to ln n.", Axis.linear("time t"), Axis.linear("nats"))
///         .line("measured", t, entropy).dashes("ln n", t, limit)
/// ```
public final class Chart implements Figure {
    private static final double WIDTH = 400;
    private static final double HEIGHT = 280;
    private static final double LEFT = 62;
    private static final double RIGHT = 26;
    private static final double TOP = 22;
    private static final double BOTTOM = 48;

    private final String title;
    private final String caption;
    private final Axis horizontal;
    private final Axis vertical;
    private final List<Series> series = new ArrayList<>();
    private final List<Shade> shades = new ArrayList<>();

    /// An empty one.
    public Chart(String title, String caption, Axis horizontal, Axis vertical) {
        this.title = title;
        this.caption = caption;
        this.horizontal = horizontal;
        this.vertical = vertical;
    }

    /// A stretch of the horizontal axis with a name.
    private record Shade(String name, double from, double to) {}

    /// Adds points joined by a line, in the next colour.
    public Chart line(String name, double[] x, double[] y) {
        return add(name, Series.Mark.LINE, x, y);
    }

    /// Adds points joined by dashes, as for theory and bounds, in the next colour.
    public Chart dashes(String name, double[] x, double[] y) {
        return add(name, Series.Mark.DASHES, x, y);
    }

    /// Adds points, in the next colour.
    public Chart dots(String name, double[] x, double[] y) {
        return add(name, Series.Mark.DOTS, x, y);
    }

    /// Adds dashes in the colour of the series before: what theory says of it.
    public Chart theory(String name, double[] x, double[] y) {
        series.add(new Series(name, Series.Mark.DASHES, color() - 1, x, y));
        return this;
    }

    /// Adds points joined by a line in colour `color`, for several lines of one kind; only one of them need
    /// be named.
    public Chart path(String name, int color, double[] x, double[] y) {
        series.add(new Series(name, Series.Mark.LINE, color, x, y));
        return this;
    }

    /// Shades the part between `from` and `to` and writes `name` above it.
    public Chart shade(String name, double from, double to) {
        shades.add(new Shade(name, from, to));
        return this;
    }

    private Chart add(String name, Series.Mark mark, double[] x, double[] y) {
        series.add(new Series(name, mark, color(), x, y));
        return this;
    }

    private int color() {
        return series.isEmpty() ? 0 : series.getLast().color() + 1;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String caption() {
        return caption;
    }

    @Override
    public String markup() {
        Axis x = fitted(horizontal, series.stream().flatMapToDouble(one -> Arrays.stream(one.x())));
        Axis y = fitted(vertical, series.stream().flatMapToDouble(one -> Arrays.stream(one.y())));
        StringBuilder svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
                .formatted(unit(WIDTH), unit(HEIGHT), escape(title)));
        shades(svg, x);
        axes(svg, x, y);
        for (Series one : series) {
            draw(svg, one, x, y);
        }
        return svg.append("</svg>\n").append(legend()).toString();
    }

    private static Axis fitted(Axis axis, DoubleStream values) {
        var range = values.filter(axis::takes).summaryStatistics();
        return axis.reaching(range.getMin(), range.getMax());
    }

    private static double placeX(Axis x, double value) {
        return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double placeY(Axis y, double value) {
        return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    private void shades(StringBuilder svg, Axis x) {
        for (Shade shade : shades) {
            double from = Math.max(LEFT, placeX(x, shade.from));
            double to = Math.min(WIDTH - RIGHT, placeX(x, shade.to));
            svg.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"currentColor\" opacity=\"0.08\"/>\n"
                    .formatted(unit(from), unit(TOP), unit(Math.max(0, to - from)), unit(HEIGHT - TOP - BOTTOM)));
            svg.append("<text class=\"tick\" x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>\n"
                    .formatted(unit((from + to) / 2), unit(TOP - 6), escape(shade.name)));
        }
    }

    private void axes(StringBuilder svg, Axis x, Axis y) {
        for (double tick : y.ticks()) {
            double at = placeY(y, tick);
            svg.append("<line class=\"rule\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%3$s\"/>"
                    .formatted(unit(LEFT), unit(WIDTH - RIGHT), unit(at)));
            svg.append("<text class=\"tick\" x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>\n"
                    .formatted(unit(LEFT - 6), unit(at + 4), y.written(tick)));
        }
        for (double tick : x.ticks()) {
            double at = placeX(x, tick);
            svg.append("<line class=\"rule\" x1=\"%s\" x2=\"%1$s\" y1=\"%s\" y2=\"%s\"/>"
                    .formatted(unit(at), unit(HEIGHT - BOTTOM), unit(HEIGHT - BOTTOM + 4)));
            svg.append("<text class=\"tick\" x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>\n"
                    .formatted(unit(at), unit(HEIGHT - BOTTOM + 18), x.written(tick)));
        }
        svg.append("<path class=\"frame\" d=\"M%s %sV%sH%s\"/>\n"
                .formatted(unit(LEFT), unit(TOP), unit(HEIGHT - BOTTOM), unit(WIDTH - RIGHT)));
        svg.append("<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>\n"
                .formatted(unit((LEFT + WIDTH - RIGHT) / 2), unit(HEIGHT - 8), escape(x.label())));
        svg.append("<text transform=\"translate(14 %s) rotate(-90)\" text-anchor=\"middle\">%s</text>\n"
                .formatted(unit((TOP + HEIGHT - BOTTOM) / 2), escape(y.label())));
    }

    private static void draw(StringBuilder svg, Series one, Axis x, Axis y) {
        if (one.mark() == Series.Mark.DOTS) {
            for (int n = 0; n < one.x().length; n++) {
                if (x.takes(one.x()[n]) && y.takes(one.y()[n])) {
                    svg.append("<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>"
                            .formatted(
                                    unit(placeX(x, one.x()[n])),
                                    unit(placeY(y, one.y()[n])),
                                    Style.color(one.color())));
                }
            }
            svg.append('\n');
            return;
        }
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (int n = 0; n < one.x().length; n++) {
            boolean seen = x.takes(one.x()[n]) && y.takes(one.y()[n]);
            if (seen) {
                String place = unit(placeX(x, one.x()[n])) + " " + unit(placeY(y, one.y()[n]));
                // to itself, so that a point between gaps is a dot
                path.append(drawing ? "L" + place : "M" + place + "L" + place);
            }
            drawing = seen;
        }
        svg.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-linejoin=\"round\"%s/>\n"
                .formatted(path, Style.color(one.color()), dashes(one)));
    }

    private static String dashes(Series one) {
        return one.mark() == Series.Mark.DASHES ? " stroke-dasharray=\"6 4\"" : " stroke-linecap=\"round\"";
    }

    private String legend() {
        StringBuilder list = new StringBuilder("<ul class=\"legend\">");
        for (Series one : series) {
            if (!one.name().isEmpty()) {
                String sample = one.mark() == Series.Mark.DOTS
                        ? "<circle cx=\"13\" cy=\"6\" r=\"4\" fill=\"%s\"/>".formatted(Style.color(one.color()))
                        : "<path d=\"M0 6H26\" stroke=\"%s\" stroke-width=\"3\"%s/>"
                                .formatted(Style.color(one.color()), dashes(one));
                list.append("<li><svg viewBox=\"0 0 26 12\" aria-hidden=\"true\">%s</svg>%s</li>"
                        .formatted(sample, escape(one.name())));
            }
        }
        return list.append("</ul>\n").toString();
    }
}
