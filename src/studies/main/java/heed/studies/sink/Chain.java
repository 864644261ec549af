package heed.studies.sink;

import heed.studies.claim.Lab;
import heed.studies.sink.PlantedChain.Change;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/// What the planted chain gives.
///
/// @param plain α of each position
/// @param alone the same where [#POSITION] averages nothing
/// @param variance α of [#POSITION], its variance amplified by each of [#LAMBDAS]
/// @param scale the same, all of it scaled: the control
record Chain(double[] plain, double[] alone, double[] variance, double[] scale) {
    static final int POSITION = 10;
    private static final double[] LAMBDAS = {1, 1.5, 2, 3, 4};
    private static final long SEED = 1;

    static Chain of(Lab lab) {
        PlantedChain chain = new PlantedChain(lab, SEED, Optional.empty());
        return new Chain(
                chain.alphas(),
                new PlantedChain(lab, SEED, Optional.of(POSITION)).alphas(),
                Arrays.stream(LAMBDAS)
                        .map(lambda -> chain.alpha(POSITION, Change.VARIANCE, lambda))
                        .toArray(),
                Arrays.stream(LAMBDAS)
                        .map(lambda -> chain.alpha(POSITION, Change.SCALE, lambda))
                        .toArray());
    }

    /// λ of each.
    static double[] lambdas() {
        return LAMBDAS.clone();
    }

    /// α of position k if every query gave all keys the same.
    static double uniform(int k) {
        return IntStream.range(k, PlantedChain.LENGTH)
                .mapToDouble(i -> 1.0 / (i + 1))
                .average()
                .orElseThrow();
    }
}
