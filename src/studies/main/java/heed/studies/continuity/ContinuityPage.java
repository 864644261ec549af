package heed.studies.continuity;

import heed.studies.math.TopSingular;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Figure;
import heed.studies.page.HeatMap;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.ArrayList;
import java.util.List;

/// The page of the study.
final class ContinuityPage {
    private ContinuityPage() {}

    static Page of(AtInitialisation skip, AtInitialisation bare, List<List<Trained>> trained, List<Section> models) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section(
                "Before training",
                List.of(
                        "Each square compares two layers by the strongest direction of the gradient of their weights, before "
                                + "the first step: 1 where they are the same, 0 where they are at right angles; of directions at "
                                + "random, .115."),
                List.of(
                        map("With skips", skip.directions().getFirst()),
                        map("Without", bare.directions().getFirst()))));
        if (!trained.isEmpty()) {
            sections.add(new Section(
                    "After training",
                    List.of("The same of the weights, after 2500 steps, one seed of each kind of network."),
                    trained.stream().map(seeds -> weightMap(seeds.getFirst())).toList()));
            sections.add(Section.of(
                    "While training",
                    "Continuity is the mean over neighbouring layers.",
                    overSteps("Of the weights", Trained.WEIGHTS, trained),
                    overSteps("Of the gradients", Trained.GRADIENTS, trained),
                    overSteps("Of the sum of all gradients so far", Trained.CUMULATIVE, trained)));
        }
        sections.addAll(models);
        return new Page(claimed(!trained.isEmpty()), sections, computed());
    }

    private static Figure weightMap(Trained trained) {
        return map(trained.variant().name(), trained.weights());
    }

    private static HeatMap map(String title, Directions directions) {
        return new HeatMap(
                title,
                "|cos| of the strongest input directions.",
                "layer",
                "layer",
                List.of(),
                List.of(),
                directions.map(),
                0,
                1);
    }

    private static Chart overSteps(String title, int column, List<List<Trained>> trained) {
        Chart chart = new Chart(
                title,
                "One seed of each kind.",
                Axis.linear("step"),
                Axis.linear("continuity").range(0, 1));
        for (List<Trained> seeds : trained) {
            Trained first = seeds.getFirst();
            chart.line(first.variant().name(), first.column(Trained.STEP), first.column(column));
        }
        double chance = TopSingular.chance(Network.WIDTH);
        Trained any = trained.getFirst().getFirst();
        double[] ends = {0, any.looks().get(any.looks().rows() - 1, Trained.STEP)};
        return chart.dashes("at random", ends, new double[] {chance, chance});
    }

    private static List<String> claimed(boolean trained) {
        return List.of(
                "In trained language models the weight matrices of neighbouring layers act along nearly the same strongest "
                        + "direction. The paper asks why, and answers: skip connections make the gradients of all layers "
                        + "alike from the start, and a nonlinearity that singles out axes, as ReLU does, keeps all layers in "
                        + "one frame; with one that keeps directions, nothing holds the frame, and continuity fails.",
                "The first half holds here. The second does not at this scale: linear and direction-keeping networks come "
                        + "out more continuous than ReLU. "
                        + (trained ? "They have also learned less in the same steps (losses are in the table). " : "")
                        + "The paper's own function and sizes were not to be had.");
    }

    private static List<String> computed() {
        return List.of(
                "Networks of eight layers, 48 wide, between a matrix in and a matrix out, in double; gradients are exact. "
                        + "8192 points of 10 classes with three Gaussian centres each, Adam with η 1e-3, batches of 64. "
                        + "Weights begin at N(0, (.02/√48)²) with skips, N(0, (1.4/√48)²) without.",
                "Singular directions by EJML. Continuity is the mean of |cos| between the strongest directions of "
                        + "neighbours, on the input side unless said. How real models are read: heed study weights.");
    }
}
