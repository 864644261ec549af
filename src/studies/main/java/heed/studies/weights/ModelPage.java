package heed.studies.weights;

import heed.studies.math.Matrix;
import heed.studies.math.TopSingular;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Figure;
import heed.studies.page.HeatMap;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// What the page shows of one model.
final class ModelPage {
    private ModelPage() {}

    static Section sinks(Subject subject, RealModel model, Activations seen) {
        int layers = seen.first().rows();
        double[] layer = IntStream.range(0, layers).asDoubleStream().toArray();
        double[] even = {seen.even(), seen.even()};
        Chart mass = new Chart(
                        "Sink mass by layer",
                        "Mean share of attention that " + first(model) + " gets, of the rows that see it.",
                        Axis.linear("layer"),
                        Axis.linear("share").range(0, 1))
                .line("mean of the heads", layer, rows(seen.first(), DoubleStream::average))
                .line("the head that gives most", layer, rows(seen.first(), DoubleStream::max))
                .dashes("if all tokens weighed the same", new double[] {0, layers - 1}, even);
        return new Section(
                model.name() + ": its sinks",
                List.of(subject.about(), strongest(seen.first(), first(model))),
                List.of(
                        mass,
                        map("Share of " + first(model), "By layer and head. Strong heads sink there.", seen.first())));
    }

    private static double[] rows(Matrix shares, Function<DoubleStream, OptionalDouble> measure) {
        return IntStream.range(0, shares.rows())
                .mapToDouble(l -> measure.apply(Arrays.stream(shares.row(l))).orElseThrow())
                .toArray();
    }

    private static String first(RealModel model) {
        return model.causal() ? "the token that begins every text" : "[CLS]";
    }

    static Section attention(Subject subject, RealModel model, Activations seen) {
        String first = first(model);
        String last = model.causal() ? "the last token, which only the last row sees" : "[SEP]";
        return new Section(
                model.name() + ": what its heads look at",
                List.of(
                        subject.about(),
                        strongest(seen.first(), first) + " " + strongest(seen.last(), last) + " "
                                + narrowest(seen.breadth())),
                List.of(
                        map(
                                "Share of " + first,
                                "Mean share of attention, of all rows. Strong heads sink there.",
                                seen.first()),
                        map("Share of " + last, "The same of the other end of the text.", seen.last()),
                        map(
                                "Entropy",
                                "Entropy as a share of ln of the tokens seen: faint heads read about one token, strong ones all alike.",
                                seen.breadth())));
    }

    private static String strongest(Matrix shares, String token) {
        int best = best(shares.elements(), value -> value);
        return String.format(
                Locale.ROOT,
                "Of all heads, head %d of layer %d gives %s most: %.0f %% of its attention.",
                best % shares.columns(),
                best / shares.columns(),
                token,
                100 * shares.elements()[best]);
    }

    private static String narrowest(Matrix breadth) {
        int best = best(breadth.elements(), value -> -value);
        return String.format(
                Locale.ROOT,
                "The narrowest is head %d of layer %d, with %.0f %% of the largest entropy.",
                best % breadth.columns(),
                best / breadth.columns(),
                100 * breadth.elements()[best]);
    }

    private static int best(double[] values, Function<Double, Double> score) {
        return IntStream.range(0, values.length)
                .reduce(0, (a, b) -> score.apply(values[b]) > score.apply(values[a]) ? b : a);
    }

    private static HeatMap map(String title, String caption, Matrix cells) {
        double[][] rows = IntStream.range(0, cells.rows()).mapToObj(cells::row).toArray(double[][]::new);
        return new HeatMap(title, caption, "layer", "head", List.of(), List.of(), rows, 0, 1);
    }

    static Section continuity(String name, Map<Role, Continuity> continuity) {
        List<Role> roles = List.copyOf(continuity.keySet());
        return new Section(
                name + ": how its matrices go on from layer to layer",
                List.of(
                        "Mean |cos| of v1: " + each(continuity, "%s %.2f", Continuity::meanInput) + ".",
                        "Mean |cos| of u1: " + each(continuity, "%s %.2f", Continuity::meanOutput) + ".",
                        "Mean effective rank: " + each(continuity, "%s %.0f", Continuity::rank)
                                + ". Directions by chance would have a |cos| of "
                                + chance(continuity) + "."),
                List.of(
                        neighbours(
                                "Input side, |cos| of v1",
                                "The direction that a matrix reads most strongly, against that of the next layer.",
                                roles,
                                role -> Objects.requireNonNull(continuity.get(role))
                                        .input()),
                        neighbours(
                                "Output side, |cos| of u1",
                                "The direction that a matrix writes most strongly, against that of the next layer.",
                                roles,
                                role -> Objects.requireNonNull(continuity.get(role))
                                        .output())));
    }

    private static String each(Map<Role, Continuity> continuity, String format, ToDoubleFunction<Continuity> number) {
        return continuity.entrySet().stream()
                .map(one ->
                        String.format(Locale.ROOT, format, one.getKey().symbol(), number.applyAsDouble(one.getValue())))
                .collect(Collectors.joining(", "));
    }

    /// For the narrowest and the widest of the sides.
    private static String chance(Map<Role, Continuity> continuity) {
        IntSummaryStatistics widths = continuity.values().stream()
                .flatMapToInt(one -> IntStream.of(one.inputWidth(), one.outputWidth()))
                .summaryStatistics();
        return String.format(
                Locale.ROOT,
                "%.2f where they have %d elements, %.2f where they have %d",
                TopSingular.chance(widths.getMin()),
                widths.getMin(),
                TopSingular.chance(widths.getMax()),
                widths.getMax());
    }

    private static Figure neighbours(String title, String caption, List<Role> roles, Function<Role, double[]> measure) {
        double[][] cells = roles.stream().map(measure).toArray(double[][]::new);
        List<String> pairs = IntStream.range(0, cells[0].length)
                .mapToObj(l -> l + "-" + (l + 1))
                .toList();
        return new HeatMap(
                title,
                caption,
                "matrix",
                "layers",
                roles.stream().map(Role::symbol).toList(),
                pairs,
                cells,
                0,
                1);
    }
}
