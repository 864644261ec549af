package heed.studies.walkthrough;

import heed.studies.head.Heads;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Bars;
import heed.studies.page.Chart;
import heed.studies.page.Figure;
import heed.studies.page.HeatMap;
import heed.studies.page.Section;
import heed.studies.walkthrough.Sentence.Found;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// The steps, shown on the sentence.
final class SentencePage {
    private final Sentence sentence;
    private final List<String> tokens;

    SentencePage(Sentence sentence) {
        this.sentence = sentence;
        tokens = sentence.tokens();
    }

    Section cutting() {
        return Section.of(
                "1. A sentence becomes tokens",
                "MiniLM, a small model that turns sentences into points so that similar ones lie together, reads “"
                        + Sentence.TEXT + "” as " + tokens.size() + " tokens: " + String.join(" · ", tokens)
                        + ". The first and the last are not words but marks for begin and end. Each token is a row of 384 "
                        + "numbers. In each of six layers the rows exchange what they know, by attention, and then each row "
                        + "is worked over alone.");
    }

    /// One row of one head, before and after the softmax.
    Section oneRow() {
        Found head = sentence.most(sentence::pronoun);
        int row = sentence.place(Sentence.PRONOUN);
        Matrix scores = sentence.scores().get(head.layer()).get(head.head());
        Matrix weights = sentence.weights(head);
        return new Section(
                "2. Query, key, value",
                List.of(
                        "Three matrices turn each row into three shorter ones. The query says what a token looks for, the key "
                                + "what a token can be found by, the value what it has to tell. The score of a pair is the dot "
                                + "product of the one's query and the other's key, divided by the root of their length (32): large "
                                + "if the key is what the query looks for, negative if it is the opposite.",
                        "The softmax then turns the scores of a row into weights: e to the power of each, divided by their sum. "
                                + "All are positive, together they are 1, and a score that is larger by 1 weighs e = 2.7 times as "
                                + "much. What the token takes away is the mean of all values, by these weights.",
                        String.format(
                                Locale.ROOT,
                                "Below is the row of “it” in %s: of all 72 heads the one where it reads “animal” most, with "
                                        + "a weight of %.2f. That looks like understanding what “it” stands for, but "
                                        + "take care: it is the best of 72, picked for it.",
                                head,
                                head.measure())),
                List.of(
                        new Bars(
                                "Scores of “it”",
                                "The query of “it” against the key of each token: before the softmax.",
                                "score",
                                tokens,
                                scores.row(row)),
                        new Bars(
                                "Weights of “it”",
                                "The same after the softmax: how much of each token's value is taken.",
                                "weight",
                                tokens,
                                weights.row(row))));
    }

    /// Heads that are plain to read, each the one of 72 that does it most.
    Section heads() {
        return new Section(
                "3. Many heads, each with its own eyes",
                List.of(
                        "A layer does this twelve times at once, with different matrices: twelve heads, each on 32 of the 384 "
                                + "numbers. Each map shows one head. A row is the token that reads, a column the token that is read, and "
                                + "the stronger the square, the larger the weight. Each row sums to 1. Every one below was chosen as "
                                + "the head, of 72, that does most what its title says."),
                List.of(
                        map(
                                "To the token before",
                                sentence.most((heads, h) -> heads.shift(h, -1)),
                                "a line below the diagonal"),
                        map(
                                "To the token after",
                                sentence.most((heads, h) -> heads.shift(h, 1)),
                                "a line above the diagonal"),
                        map(
                                "To the same word",
                                sentence.most(this::sameWord),
                                "where the row and the column of “the” meet"),
                        map("From “it” to “animal”", sentence.most(sentence::pronoun), "the row of “it”"),
                        map("To [CLS]", sentence.most((heads, h) -> heads.share(h, 0)), "one strong column: a sink"),
                        map(
                                "To everything",
                                sentence.most((heads, h) -> heads.breadth(h)),
                                "all alike: this head takes a mean of the sentence, and its number is its entropy as a "
                                        + "share of ln " + tokens.size())));
    }

    /// The mean weight that the two “the” give each other.
    private double sameWord(Heads heads, int h) {
        int one = tokens.indexOf("the");
        int other = tokens.lastIndexOf("the");
        Matrix weights = heads.weights().get(h);
        return (weights.get(one, other) + weights.get(other, one)) / 2;
    }

    private Figure map(String title, Found head, String see) {
        Matrix weights = sentence.weights(head);
        double[][] rows =
                IntStream.range(0, weights.rows()).mapToObj(weights::row).toArray(double[][]::new);
        return new HeatMap(
                title + ": " + head,
                String.format(Locale.ROOT, "Measure %.2f. See %s.", head.measure(), see),
                "reads",
                "is read",
                tokens,
                tokens,
                rows,
                0,
                1);
    }

    /// All heads at a glance.
    Section layers() {
        int last = tokens.size() - 1;
        double[] depth =
                IntStream.range(0, sentence.layers().size()).asDoubleStream().toArray();
        int stop = sentence.place(".");
        double[] first = sentence.byLayer((heads, h) -> heads.share(h, 0));
        return new Section(
                "4. What all of them pay attention to",
                List.of(
                        String.format(
                                Locale.ROOT,
                                "Mostly to nothing in particular. Weights must sum to 1, so a head that finds nothing it looks "
                                        + "for has to put its weight somewhere, and models learn a place where it does no harm: "
                                        + "here [CLS], the mark at the beginning, which gets %.0f %% of all attention of layer %d. "
                                        + "This is called an attention sink.",
                                100 * Arrays.stream(first).max().orElse(0),
                                IntStream.range(0, first.length).reduce(0, (a, b) -> first[b] > first[a] ? b : a)),
                        "How widely a head looks is its entropy: 0 if each row reads one token, ln " + tokens.size()
                                + " if it reads all alike. The maps have a square for each head."),
                List.of(
                        byHead(
                                "Share of [CLS]",
                                "How much of its attention each head gives to [CLS].",
                                (heads, h) -> heads.share(h, 0)),
                        byHead(
                                "Entropy",
                                "Mean entropy of a head's rows as a share of ln %d: faint heads look at one token, strong ones everywhere."
                                        .formatted(tokens.size()),
                                (heads, h) -> heads.breadth(h)),
                        new Chart(
                                        "Who gets the attention",
                                        "Mean over the twelve heads of a layer. If all tokens were alike, each would get 1/%d."
                                                .formatted(tokens.size()),
                                        Axis.linear("layer"),
                                        Axis.linear("share of attention").range(0, 1))
                                .line("[CLS]", depth, first)
                                .line("[SEP]", depth, sentence.byLayer((heads, h) -> heads.share(h, last)))
                                .line("full stop", depth, sentence.byLayer((heads, h) -> heads.share(h, stop)))
                                .line("itself", depth, sentence.byLayer((heads, h) -> heads.shift(h, 0)))));
    }

    private Figure byHead(String title, String caption, Sentence.Measure measure) {
        return new HeatMap(title, caption, "layer", "head", List.of(), List.of(), sentence.all(measure), 0, 1);
    }
}
