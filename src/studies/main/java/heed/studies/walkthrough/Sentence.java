package heed.studies.walkthrough;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.told;

import heed.model.EncoderProbe;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.head.Heads;
import heed.studies.math.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A sentence as MiniLM reads it.
///
/// @param tokens the sentence, cut; `[CLS]` and `[SEP]` at the ends
/// @param layers what the heads of each layer look at
/// @param scores of each layer and head, `⟨q_i, k_j⟩ / √32`
record Sentence(List<String> tokens, List<Heads> layers, List<List<Matrix>> scores) {
    static final String TEXT = "The animal didn't cross the street because it was too tired.";

    /// The word that stands for another, and the other.
    static final String PRONOUN = "it";

    static final String NOUN = "animal";

    /// A head, and how much of what it was sought for it has.
    ///
    /// @param measure from 0 to 1
    record Found(int layer, int head, double measure) {
        @Override
        public String toString() {
            return "layer %d, head %d".formatted(layer, head);
        }
    }

    /// Reads [#TEXT].
    static Sentence read(Lab lab) {
        List<Heads> layers = new ArrayList<>();
        List<List<Matrix>> scores = new ArrayList<>();
        try (EncoderProbe model = EncoderProbe.miniLm(lab.attention(), lab.gemm())) {
            List<String> tokens = model.trace(TEXT, trace -> {
                layers.add(Heads.of(lab, trace.query(), trace.key(), false));
                scores.add(Scores.of(trace.query(), trace.key()));
            });
            return new Sentence(tokens, layers, scores);
        }
    }

    /// Where `token` stands first.
    int place(String token) {
        return tokens.indexOf(token);
    }

    /// The weights of a head.
    Matrix weights(Found head) {
        return layers.get(head.layer).weights().get(head.head);
    }

    /// A head with its number in the layer.
    interface Measure {
        double of(Heads heads, int h);
    }

    /// The head with the largest `measure`.
    Found most(Measure measure) {
        Found best = new Found(0, 0, Double.NEGATIVE_INFINITY);
        for (int layer = 0; layer < layers.size(); layer++) {
            for (int h = 0; h < layers.get(layer).count(); h++) {
                double here = measure.of(layers.get(layer), h);
                if (here > best.measure) {
                    best = new Found(layer, h, here);
                }
            }
        }
        return best;
    }

    /// `measure` of every head, `[layers][heads]`.
    double[][] all(Measure measure) {
        return layers.stream()
                .map(heads -> IntStream.range(0, heads.count())
                        .mapToDouble(h -> measure.of(heads, h))
                        .toArray())
                .toArray(double[][]::new);
    }

    /// The mean over the heads of each layer.
    double[] byLayer(Measure measure) {
        return layers.stream()
                .mapToDouble(heads -> IntStream.range(0, heads.count())
                        .mapToDouble(h -> measure.of(heads, h))
                        .average()
                        .orElse(0))
                .toArray();
    }

    /// What softmax by plain sums makes of the scores, against what Heed's runs gave.
    double softmaxError() {
        double worst = 0;
        for (int layer = 0; layer < layers.size(); layer++) {
            for (int h = 0; h < layers.get(layer).count(); h++) {
                Matrix plain = Scores.softmax(scores.get(layer).get(h));
                worst = Math.max(
                        worst, plain.distance(layers.get(layer).weights().get(h)));
            }
        }
        return worst;
    }

    void check(Checks checks) {
        String of = "MiniLM on a sentence of %d tokens: ".formatted(tokens.size());
        checks.add(
                of + "weights of all 72 heads against softmax by plain sums, largest difference",
                atMost(1e-5),
                softmaxError(),
                Source.exact("f32, scores below 100"));
        checks.add(
                of + "largest share that one head gives [CLS]",
                told(),
                most((heads, h) -> heads.share(h, 0)).measure,
                Source.derived("measured"));
        checks.add(
                of + "share that all heads together give [CLS]",
                told(),
                mean((heads, h) -> heads.share(h, 0)),
                Source.derived("measured"));
        checks.add(
                of + "share that all heads together give [SEP]",
                told(),
                mean((heads, h) -> heads.share(h, tokens.size() - 1)),
                Source.derived("measured"));
        checks.add(
                of + "largest weight that one head gives \"animal\" from \"it\"",
                told(),
                most(this::pronoun).measure,
                Source.derived("the best of 72 heads"));
    }

    /// The weight of the noun in the pronoun's row.
    double pronoun(Heads heads, int h) {
        return heads.weights().get(h).get(place(PRONOUN), place(NOUN));
    }

    private double mean(Measure measure) {
        return Arrays.stream(byLayer(measure)).average().orElse(0);
    }
}
