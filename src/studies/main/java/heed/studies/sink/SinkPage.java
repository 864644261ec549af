package heed.studies.sink;

import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Figure;
import heed.studies.page.HeatMap;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The study's page.
final class SinkPage {
    private static final String POSITION = "position i, counted from 1";

    private SinkPage() {}

    static Page of(
            List<Aggregation> aggregations, Chain chain, List<TriggerModel.Outcome> trained, List<Section> models) {
        List<Section> sections = new ArrayList<>(
                List.of(variance(aggregations.get(0), aggregations.get(1), aggregations.get(2)), chain(chain)));
        if (!trained.isEmpty()) {
            sections.add(trained(trained));
        }
        sections.addAll(models);
        return new Page(claimed(), sections, computed());
    }

    private static List<String> claimed() {
        return List.of(
                "In trained language models much of the attention goes to the first token, whatever it says: an attention "
                        + "sink. The paper follows it back to something plain. A causal head gives each position a mean of "
                        + "the values up to it. Position 0 averages nothing; position 100 averages a hundred. So the output "
                        + "at position 0 varies more over texts than any other.",
                "From there, it says, a chain leads to the sink. A few neurons of the next layer, the super neurons, "
                        + "answer to that variance; they write into few channels; the first token's row is then dominated by "
                        + "one channel, so its key is the same whatever the token is; and queries learn to find that key.",
                "Two interventions make a sink at any position: let a position see itself alone, or amplify the variance of "
                        + "its output. A norm of each head's output takes the difference away; the paper says that it cures "
                        + "the sink and that training is faster. What training gains is not computed here.");
    }

    private static List<String> computed() {
        return List.of(
                "Variances: 64 sequences of 256 positions, values N(0, 1) of 64 dims, queries and keys 0, in double; scores "
                        + "N(0, 1) come in as a dense bias, and a position that sees itself alone as a boolean mask. Σ p² is "
                        + "exp(L(2s) - 2L(s)), from two log-sum-exps, without a matrix of weights.",
                "The planted chain: outputs of such a head go through RMSNorm, a gated feed-forward layer of 128 neurons, "
                        + "RMSNorm and a key projection to a second causal head of 64 positions. One neuron is planted; all "
                        + "else is random. Values have a part in common, or a norm before the neuron would leave nothing to "
                        + "see. α of a position is the mean weight that queries from it on give it: column sums, which are "
                        + "the gradient of values of one dim. With one head and no skip connection a head-wise norm would do "
                        + "what the norm before the neurons does already, so the cure is shown on the variance alone.",
                "The trained layer: d = 32, 16 tokens, batch 32, 3000 steps of Adam from 3e-3 down to 0. A token with a "
                        + "trigger is to answer the mean of the tokens before it, one without is to answer 0.",
                "Real models read the sentences of another study, heed study weights, which says how and has their entropy too. "
                        + "An encoder is not causal: its [CLS] does not average less than others, so what sinks there is not "
                        + "this chain's doing.");
    }

    private static double[] values(int from, int to, IntToDoubleFunction value) {
        return IntStream.range(from, to).mapToDouble(value).toArray();
    }

    private static Section variance(Aggregation uniform, Aggregation gaussian, Aggregation alone) {
        int n = Aggregation.LENGTH;
        double[] positions = values(0, n, i -> i + 1);
        Chart decay = new Chart(
                        "Variance of outputs over positions",
                        "Both fall as one over the position. Uneven weights average less: scores N(0, 1) leave e times "
                                + "as much where there are many keys. Dashes of the same colour: what Σ p² says.",
                        Axis.log(POSITION),
                        Axis.log("variance over variance of values"))
                .line("uniform weights", positions, uniform.variance())
                .theory("1 / (i + 1)", positions, values(0, n, i -> 1.0 / (i + 1)))
                .line("scores N(0, 1)", positions, gaussian.variance())
                .theory("mean Σ p²", positions, gaussian.squares());
        Chart edited = new Chart(
                        "One position sees itself alone",
                        "Its output varies as much as that of the first.",
                        Axis.linear("position i").range(0, 32),
                        Axis.linear("variance over variance of values").range(0, 1.2))
                .line("all see what is before", values(0, 33, i -> i), values(0, 33, i -> uniform.variance()[i]))
                .dots("position 10 sees itself alone", values(0, 33, i -> i), values(0, 33, i -> alone.variance()[i]));
        return Section.of(
                "The first position averages nothing",
                "A mean over independent values has the variance of one of them times Σ p², the sum of squared weights.",
                decay,
                edited);
    }

    private static Section chain(Chain chain) {
        int n = PlantedChain.LENGTH;
        double[] positions = values(0, n, k -> k);
        Chart lambda = new Chart(
                        "A sink by amplified variance",
                        "μ + λ(o - μ) keeps the mean and amplifies what varies: the position becomes a sink. λ o, the "
                                + "control, changes nothing: the norm takes λ away.",
                        Axis.linear("λ at position " + Chain.POSITION),
                        Axis.linear("α, mean weight").range(0, 0.2))
                .line("μ + λ(o - μ)", Chain.lambdas(), chain.variance())
                .line("λ o", Chain.lambdas(), chain.scale());
        Chart sinks = new Chart(
                        "Sinks of the planted chain",
                        "Without any edit the first position is one. A position that sees itself alone becomes another.",
                        Axis.linear("position k").range(0, PlantedChain.LENGTH),
                        Axis.linear("α, mean weight").range(0, 0.3))
                .line("all see what is before", positions, chain.plain())
                .line("position %d sees itself alone".formatted(Chain.POSITION), positions, chain.alone())
                .dashes("if all keys weighed the same", positions, values(0, n, Chain::uniform));
        return Section.of(
                "From variance to a sink",
                "One neuron that looks away from what values have in common, one channel that it writes to, and a second "
                        + "head whose queries like that channel.",
                sinks,
                lambda);
    }

    private static Section trained(List<TriggerModel.Outcome> trained) {
        return new Section(
                "A task that needs a sink",
                List.of(
                        "Tokens with a trigger answer the mean of the tokens before them, others answer 0. Weights of softmax "
                                + "sum to one, so a token that has nothing to say must put them where there is nothing to hear: the "
                                + "first token. A sink logit of the head's own can take its place. Which of the two is used depends "
                                + "on where the logit starts: at %d nearly all goes there, at 0 next to nothing. Scores above 0 without "
                                        .formatted((int) TriggerModel.START)
                                + "softmax need neither: their weights may all be 0."),
                List.of(
                        map(
                                "Without a sink logit",
                                "Rows with a trigger (+) are even; rows without look at the first token.",
                                trained.get(0)),
                        map(
                                "With one",
                                "The last column is the sink, which takes the place of the first token.",
                                trained.get(1)),
                        map("Without softmax", "Rows without a trigger look nowhere.", trained.get(3)),
                        losses(trained)));
    }

    private static Chart losses(List<TriggerModel.Outcome> trained) {
        double[] steps = values(0, trained.getFirst().loss().length, n -> (n + 0.5) * TriggerModel.EACH);
        return new Chart("Training", "All learn the task.", Axis.linear("step"), Axis.log("mean squared error"))
                .line("softmax", steps, trained.get(0).loss())
                .line("softmax with a sink logit", steps, trained.get(1).loss())
                .line("scores above 0", steps, trained.get(3).loss());
    }

    private static Figure map(String title, String caption, TriggerModel.Outcome outcome) {
        List<String> rows = IntStream.range(0, TriggerTask.ROWS)
                .mapToObj(i -> (i + 1) + (outcome.trigger()[i] ? " +" : ""))
                .toList();
        int columns = outcome.map()[0].length;
        List<String> keys = Stream.concat(
                        IntStream.range(0, TriggerTask.ROWS).mapToObj(Integer::toString), Stream.of("sink"))
                .limit(columns)
                .toList();
        return new HeatMap(title, caption, "token that asks", "token that is seen", rows, keys, outcome.map(), 0, 1);
    }
}
