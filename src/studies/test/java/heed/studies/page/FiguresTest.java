package heed.studies.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Pictures are well-formed and without a number that is none, whatever they are given.
final class FiguresTest {
    private static final double[] NONE = {};
    private static final String ODD = "a < b & \"c\" > 'd'";

    private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)((?: [A-Za-z:0-9-]+=\"[^\"<>]*\")*)(/?)>");

    /// The markup, in which each element is closed, and what is not markup is escaped.
    private static String sound(Figure figure) {
        String markup = figure.markup();
        Deque<String> open = new ArrayDeque<>();
        TAG.matcher(markup).results().forEach(tag -> {
            if (!tag.group(1).isEmpty()) {
                assertEquals(open.poll(), tag.group(2), markup);
            } else if (tag.group(4).isEmpty()) {
                open.push(tag.group(2));
            }
        });
        assertTrue(open.isEmpty(), () -> open + " left open: " + markup);
        String text = TAG.matcher(markup).replaceAll("");
        assertFalse(
                Pattern.compile("[<>\"]|&(?!amp;|lt;|gt;|quot;)").matcher(text).find(), markup);
        assertFalse(Pattern.compile("=\"[^\"]*(NaN|Infinity)").matcher(markup).find(), markup);
        return markup;
    }

    private static Chart chart() {
        return new Chart(ODD, ODD, Axis.linear(ODD), Axis.linear(ODD));
    }

    private static long count(String part, String markup) {
        return Pattern.compile(part).matcher(markup).results().count();
    }

    @Test
    void namesAreEscaped() {
        double[] x = {1, 2};
        String markup = sound(chart().line(ODD, x, x).dots(ODD, x, x).shade(ODD, 1, 2));
        assertTrue(markup.contains("a &lt; b &amp; &quot;c&quot; &gt;"), markup);
        sound(new HeatMap(ODD, ODD, ODD, ODD, List.of(ODD), List.of(ODD), new double[][] {{1}}, 0, 1));
        sound(new Bars(ODD, ODD, ODD, List.of(ODD), new double[] {1}));
    }

    @Test
    void emptyPicturesAreDrawn() {
        sound(chart());
        sound(chart().line("none", NONE, NONE).dots("none", NONE, NONE));
        sound(new HeatMap("t", "c", "r", "c", List.of(), List.of(), new double[0][], 0, 1));
        sound(new Bars("t", "c", "l", List.of(), NONE));
    }

    @Test
    void whatIsNoNumberLeavesAGap() {
        double[] x = {0, 1, 2, 3, 4};
        double[] y = {1, 2, Double.NaN, Double.POSITIVE_INFINITY, 3};
        String markup = sound(chart().line("", x, y));
        String path = Pattern.compile("<path d=\"(M[^\"]*)\" fill")
                .matcher(markup)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
        assertEquals(2, count("M", path), "a part before the gap and a point after it: " + path);
        assertEquals(3, count("<circle", sound(chart().dots("", x, y))));
        sound(new Bars("t", "c", "l", List.of("a", "b"), new double[] {Double.NaN, 1}));
    }

    @Test
    void zerosOnALogarithmAreLeftOut() {
        Chart chart = new Chart("t", "c", Axis.log("x"), Axis.log("y"));
        double[] x = {0, 1, 10, 100};
        assertEquals(2, count("<circle", sound(chart.dots("", x, new double[] {1, 0, 1e-300, 5}))));
    }

    @Test
    void constantDataAreDrawn() {
        double[] x = {5, 5, 5};
        assertEquals(3, count("<circle", sound(chart().dots("", x, x))));
        sound(new HeatMap("t", "c", "r", "c", List.of(), List.of(), new double[][] {{2, 2}}, 2, 2));
        sound(new Bars("t", "c", "l", List.of("a"), new double[] {0}));
    }

    @Test
    void aSquareWithoutANumberIsSeenToBeOne() {
        String markup =
                sound(new HeatMap("t", "c", "r", "c", List.of(), List.of(), new double[][] {{Double.NaN, 1}}, 0, 1));
        assertEquals(1, count("class=\"none\"", markup));
    }

    @Test
    void longNamesAreCut() {
        String name = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikdirektorin ".repeat(3);
        String bars = sound(new Bars("t", "c", "l", List.of(name), new double[] {-1}));
        assertTrue(bars.contains("…"), bars);
        String map = sound(
                new HeatMap("t", "c", "r", "c", List.of(name), List.of(name, "b"), new double[][] {{1, 0}}, 0, 1));
        assertFalse(Pattern.compile("(width|height)=\"-").matcher(map).find(), map);
        assertTrue(map.contains("…"), map);
    }

    @Test
    void numbersAreWrittenTheSameEverywhere() {
        Locale before = Locale.getDefault();
        HeatMap map = new HeatMap("t", "c", "r", "c", List.of(), List.of(), new double[][] {{0.5}}, 0, 1);
        Bars bars = new Bars("t", "c", "l", List.of("a"), new double[] {0.5});
        String english = map.markup()
                + bars.markup()
                + chart().line("", new double[] {0.5}, new double[] {0.5}).markup();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals(
                    english,
                    map.markup()
                            + bars.markup()
                            + chart().line("", new double[] {0.5}, new double[] {0.5})
                                    .markup());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void sizesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> chart().line("", new double[] {1}, NONE));
        assertThrows(IllegalArgumentException.class, () -> new Bars("t", "c", "l", List.of(), new double[] {1}));
        assertThrows(
                IllegalArgumentException.class,
                () -> new HeatMap("t", "c", "r", "c", List.of("a"), List.of(), new double[2][1], 0, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new HeatMap("t", "c", "r", "c", List.of(), List.of(), new double[][] {{1}, {1, 2}}, 0, 1));
    }

    @Test
    void aPageIsEscaped() {
        String page = new Html(ODD)
                .heading(1, ODD)
                .paragraph(ODD)
                .code(ODD)
                .section(Section.of(ODD, ODD, chart()))
                .row(ODD, ODD, ODD, "passed", ODD)
                .text();
        assertFalse(page.contains(ODD), page);
        assertTrue(page.contains("<h1>a &lt; b &amp; &quot;c&quot; &gt; 'd'</h1>"), page);
    }
}
