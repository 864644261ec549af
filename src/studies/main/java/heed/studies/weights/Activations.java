package heed.studies.weights;

import heed.attention.Tensor;
import heed.model.trace.AttentionTrace;
import heed.studies.claim.Lab;
import heed.studies.head.Heads;
import heed.studies.math.Matrix;
import java.util.ArrayList;
import java.util.List;

/// What the heads of a model look at, by layer and head: means over the texts.
///
/// @param first `[layers, heads]`, the share of attention that the first token gets
/// @param last `[layers, heads]`, the share of the last token
/// @param even the first token's share if all tokens weighed the same
/// @param breadth `[layers, heads]`, entropy as a share of the largest there could be
/// @param outputError the largest difference, over all, of what the layer gave and its weights times its values, by
///     the largest value
/// @param entropyError the largest difference of a row's entropy as the kernel made it on its way and
///     `−Σ p ln p` of its weights
record Activations(Matrix first, Matrix last, double even, Matrix breadth, double outputError, double entropyError) {
    static Activations of(Lab lab, RealModel model, List<String> texts) {
        List<List<Heads>> all = new ArrayList<>();
        double outputError = 0;
        double entropyError = 0;
        for (String text : texts) {
            lab.stopIfInterrupted();
            List<Heads> layers = new ArrayList<>();
            List<Double> errors = new ArrayList<>();
            model.trace(text, trace -> {
                Heads heads = Heads.of(lab, trace.query(), trace.key(), model.causal());
                layers.add(heads);
                errors.add(outputError(heads, trace));
            });
            all.add(layers);
            outputError = Math.max(outputError, errors.stream().reduce(0.0, Math::max));
            entropyError = Math.max(
                    entropyError,
                    layers.stream().mapToDouble(Activations::entropyError).max().orElse(0));
        }
        return new Activations(
                mean(all, (heads, h) -> heads.share(h, 0)),
                mean(all, (heads, h) -> heads.share(h, heads.tokens() - 1)),
                all.stream()
                        .mapToDouble(layers -> layers.getFirst().even())
                        .average()
                        .orElseThrow(),
                mean(all, Heads::breadth),
                outputError,
                entropyError);
    }

    private interface Measure {
        double of(Heads heads, int h);
    }

    private static Matrix mean(List<List<Heads>> texts, Measure measure) {
        int layers = texts.getFirst().size();
        int heads = texts.getFirst().getFirst().count();
        Matrix mean = Matrix.zeros(layers, heads);
        for (int layer = 0; layer < layers; layer++) {
            for (int h = 0; h < heads; h++) {
                double sum = 0;
                for (List<Heads> text : texts) {
                    sum += measure.of(text.get(layer), h);
                }
                mean.set(layer, h, sum / texts.size());
            }
        }
        return mean;
    }

    private static double outputError(Heads heads, AttentionTrace trace) {
        int group = heads.count() / trace.value().size(1);
        double largest = 0;
        double worst = 0;
        for (int h = 0; h < heads.count(); h++) {
            Matrix value = head(trace.value(), h / group);
            worst = Math.max(worst, heads.weights().get(h).times(value).distance(head(trace.output(), h)));
            largest = Math.max(largest, value.distance(Matrix.zeros(value.rows(), value.columns())));
        }
        return worst / largest;
    }

    private static Matrix head(Tensor tensor, int h) {
        Matrix matrix = Matrix.zeros(tensor.size(2), tensor.size(3));
        for (int i = 0; i < matrix.rows(); i++) {
            for (int d = 0; d < matrix.columns(); d++) {
                matrix.set(i, d, tensor.get(0, h, i, d));
            }
        }
        return matrix;
    }

    private static double entropyError(Heads heads) {
        double worst = 0;
        for (int h = 0; h < heads.count(); h++) {
            for (int i = 0; i < heads.tokens(); i++) {
                double entropy = 0;
                for (double p : heads.weights().get(h).row(i)) {
                    entropy -= p == 0 ? 0 : p * Math.log(p);
                }
                worst = Math.max(worst, Math.abs(entropy - heads.entropies().get(h, i)));
            }
        }
        return worst;
    }
}
