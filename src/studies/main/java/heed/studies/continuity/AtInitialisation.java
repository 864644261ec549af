package heed.studies.continuity;

import heed.studies.claim.Lab;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// The gradient of a network that has learned nothing: batch 1024, weights N(0, (.1/√48)²) with skips, else
/// N(0, (1.4/√48)²).
///
/// @param directions of the gradients, one for each seed
record AtInitialisation(List<Directions> directions) {
    private static final int BATCH = 1024;
    static final int SEEDS = 5;

    static AtInitialisation of(Lab lab, Variant variant) {
        return new AtInitialisation(IntStream.range(0, SEEDS)
                .mapToObj(seed -> gradients(lab, variant, seed))
                .toList());
    }

    private static Directions gradients(Lab lab, Variant variant, int seed) {
        Random random = new Random(100 + seed);
        double deviation = (variant.skips() ? 0.1 : 1.4) / Math.sqrt(Network.WIDTH);
        Network network = Network.of(lab.gemm(), variant, deviation, random);
        network.learn(Samples.unlearned(random, BATCH));
        return network.gradients();
    }

    double input() {
        return directions.stream().mapToDouble(Directions::input).average().orElseThrow();
    }

    double output() {
        return directions.stream().mapToDouble(Directions::output).average().orElseThrow();
    }
}
