package heed.studies.continuity;

import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.train.AdamW;
import heed.studies.train.Decay;
import heed.studies.train.Optimiser;
import heed.studies.train.Schedule;
import java.util.List;
import java.util.Random;

/// A training: Adam with η 1e-3, 2500 batches of 64 of 8192 points.
///
/// @param variant the network
/// @param looks a row for each look: step, input continuity of weights, of gradients, loss, input continuity
///     of the sum of all gradients so far
/// @param weights at the end
record Trained(Variant variant, Matrix looks, Directions weights) {
    static final int STEP = 0;
    static final int WEIGHTS = 1;
    static final int GRADIENTS = 2;
    static final int LOSS = 3;
    static final int CUMULATIVE = 4;

    private static final int STEPS = 2500;
    private static final int POINTS = 8192;
    private static final int BATCH = 64;

    /// With a look every `every` steps.
    static Trained of(Lab lab, Variant variant, long seed, int steps, int every) {
        Random random = new Random(seed);
        double deviation = (variant.skips() ? 0.02 : 1.4) / Math.sqrt(Network.WIDTH);
        Network network = Network.of(lab.gemm(), variant, deviation, random);
        Samples samples = Samples.clustered(random, POINTS);
        Optimiser adam = new AdamW(network.parameters(), Schedule.constant(1e-3), AdamW.Betas.DEFAULT, Decay.NONE);
        Matrix looks = Matrix.zeros(steps / every, 5);
        List<Matrix> sums = network.noGradients();
        double loss = 0;
        for (int step = 1; step <= steps; step++) {
            lab.stopIfInterrupted();
            adam.clear();
            loss += network.learn(samples.draw(random, BATCH)) / every;
            network.addGradients(sums);
            if (step % every == 0) {
                int row = step / every - 1;
                looks.set(row, STEP, step);
                looks.set(row, GRADIENTS, network.gradients().input());
                looks.set(row, CUMULATIVE, Directions.of(sums).input());
                looks.set(row, LOSS, loss);
                loss = 0;
            }
            adam.step();
            if (step % every == 0) {
                looks.set(step / every - 1, WEIGHTS, network.weights().input());
            }
        }
        return new Trained(variant, looks, network.weights());
    }

    /// As long as the study asks.
    static Trained of(Lab lab, Variant variant, long seed) {
        lab.progress().doing("continuity: %s, seed %d".formatted(variant.name(), seed));
        return of(lab, variant, seed, STEPS, 100);
    }

    double[] column(int which) {
        return looks.column(which);
    }
}
