package heed.studies.weights;

import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.math.TopSingular;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;

/// How alike the strongest directions of neighbouring layers are, for one role.
///
/// @param input `|cos(v_1^l, v_1^(l+1))|`, one for each pair of neighbours
/// @param output `|cos(u_1^l, u_1^(l+1))|`
/// @param rank mean effective rank
/// @param inputWidth elements of v_1
/// @param outputWidth elements of u_1
record Continuity(double[] input, double[] output, double rank, int inputWidth, int outputWidth) {
    /// Of every role of `model`.
    static Map<Role, Continuity> of(Lab lab, RealModel model) {
        List<Map<Role, Tensor>> blocks = model.matrices();
        List<Role> roles = List.copyOf(blocks.getFirst().keySet());
        List<Callable<TopSingular>> parts = new ArrayList<>();
        for (Role role : roles) {
            for (Map<Role, Tensor> block : blocks) {
                Tensor tensor = Objects.requireNonNull(block.get(role));
                parts.add(() -> TopSingular.of(RealModel.matrix(tensor)));
            }
        }
        List<TopSingular> all = lab.all(parts);
        Map<Role, Continuity> found = new EnumMap<>(Role.class);
        for (int n = 0; n < roles.size(); n++) {
            found.put(roles.get(n), of(all.subList(n * blocks.size(), (n + 1) * blocks.size())));
        }
        return found;
    }

    /// Of the layers' matrices of one role.
    static Continuity of(List<TopSingular> layers) {
        int pairs = layers.size() - 1;
        double[] input = new double[pairs];
        double[] output = new double[pairs];
        for (int l = 0; l < pairs; l++) {
            input[l] = TopSingular.alignment(
                    layers.get(l).right(), layers.get(l + 1).right());
            output[l] = TopSingular.alignment(
                    layers.get(l).left(), layers.get(l + 1).left());
        }
        double rank = layers.stream()
                .mapToDouble(TopSingular::effectiveRank)
                .average()
                .orElse(0);
        TopSingular first = layers.getFirst();
        return new Continuity(input, output, rank, first.right().length, first.left().length);
    }

    double meanInput() {
        return Arrays.stream(input).average().orElse(0);
    }

    double meanOutput() {
        return Arrays.stream(output).average().orElse(0);
    }

    /// What `pairs` directions of Gaussian noise have, to hold the measure against [TopSingular#chance].
    static double ofNoise(RandomGenerator random, int width, int pairs) {
        double sum = 0;
        for (int n = 0; n < pairs; n++) {
            Matrix two = Matrix.gaussian(random, 2, width, 1);
            sum += Math.abs(two.dot(0, two, 1)) / Math.sqrt(two.dot(0, two, 0) * two.dot(1, two, 1));
        }
        return sum / pairs;
    }
}
