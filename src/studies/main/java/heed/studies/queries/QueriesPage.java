package heed.studies.queries;

import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.HeatMap;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The page of the study.
final class QueriesPage {
    private static final int N = 12;

    private QueriesPage() {}

    static Page of(Lab lab, Map<QueryMode, List<Training>> trained) {
        List<Section> sections = new ArrayList<>();
        Block block = Block.gaussian(new Random(31));
        Matrix x = Matrix.gaussian(new Random(35), N, Block.D, 1);
        sections.add(Section.of(
                "The same attention without W_Q",
                "Left, one head's weights as usual; right, after the change of basis that makes W_Q the identity. No "
                        + "weight moves.",
                map("Before", lab, block, x),
                map("After", lab, block.in(block.query()), x.times(block.query()))));
        if (!trained.isEmpty()) {
            sections.add(Section.of(
                    "Training with other queries",
                    "Small character models that differ in how queries are made: solid the first seed, dashed the second.",
                    losses(trained)));
        }
        return new Page(claimed(), sections, computed());
    }

    /// A row's weights are its output over values that are unit vectors.
    private static HeatMap map(String title, Lab lab, Block block, Matrix x) {
        int dim = Block.D / Block.HEADS;
        Matrix query = columns(x.times(block.query()), dim);
        Matrix key = columns(x.times(block.key()), dim);
        double[][] cells = new double[N][N];
        for (int from = 0; from < N; from += dim) {
            Matrix unit = Matrix.zeros(N, dim);
            for (int j = 0; j < dim; j++) {
                unit.set(from + j, j, 1);
            }
            Matrix weights = Precision.DOUBLE.attention(lab, 1, 1 / Math.sqrt(dim), query, key, unit);
            for (int i = 0; i < N; i++) {
                System.arraycopy(weights.elements(), weights.at(i), cells[i], from, dim);
            }
        }
        return new HeatMap(
                title, "Attention weights of the first head.", "query", "key", List.of(), List.of(), cells, 0, 1);
    }

    /// The first `count` columns: the first head's.
    private static Matrix columns(Matrix matrix, int count) {
        Matrix first = Matrix.zeros(matrix.rows(), count);
        for (int i = 0; i < matrix.rows(); i++) {
            System.arraycopy(matrix.elements(), matrix.at(i), first.elements(), first.at(i), count);
        }
        return first;
    }

    private static Chart losses(Map<QueryMode, List<Training>> trained) {
        Chart chart = new Chart(
                "Loss on training text",
                "Mean of 50 steps. The spread between two seeds is the noise that a difference must exceed.",
                Axis.linear("step"),
                Axis.linear("nats a letter"));
        trained.forEach((mode, seeds) -> {
            Training first = seeds.getFirst();
            Training second = seeds.get(1);
            chart.line(mode.label(), first.steps(), first.losses()).theory("", second.steps(), second.losses());
        });
        return chart;
    }

    private static List<String> claimed() {
        return List.of(
                "Attention compares queries with keys, both usually linear in their input. Related work shows that in one "
                        + "layer the query's matrix can be had for nothing: in another basis it is the identity. The paper "
                        + "uses the room: a query (x + f(x))/2 with a small network f that has as many weights as the "
                        + "matrix it replaces.",
                "That it improves language models of 124M weights is attributed to the paper and cannot be asserted from "
                        + "models as small as these.");
    }

    private static List<String> computed() {
        return List.of(
                "The layer has causal attention, skips, a ReLU MLP and no norm; attention is Heed's, in double and in "
                        + "float. With Θ = W_Q, embeddings become x Θ, matrices that read become Θ⁻¹ W, matrices that "
                        + "write W Θ.",
                "Character models: two layers, width 64, four heads, context 64, AdamW with η 1e-3, 1500 batches of 8 "
                        + "pieces, on text of a made-up language of 200 words; three seeds each.");
    }
}
