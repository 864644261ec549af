package heed.studies.continuity;

import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.math.Svd;
import heed.studies.train.AdamW;
import heed.studies.train.Decay;
import heed.studies.train.Optimiser;
import heed.studies.train.Schedule;
import heed.studies.train.Sgd;
import java.util.Random;
import java.util.function.Function;

/// A network and the same one rotated, trained side by side.
///
/// @param logits largest difference of their logits before training
/// @param continuity largest difference of their input continuity over the steps
/// @param trained largest difference of their logits after training
record Conjugates(double logits, double continuity, double trained) {
    private static final int STEPS = 20;
    private static final int BATCH = 64;

    /// By plain gradient descent, η .05.
    static Conjugates bySgd(Lab lab, Variant variant) {
        return of(lab, variant, network -> new Sgd(network.parameters(), Schedule.constant(0.05), 0, Decay.NONE));
    }

    /// By Adam, whose steps depend on the frame.
    static Conjugates byAdam(Lab lab, Variant variant) {
        return of(
                lab,
                variant,
                network -> new AdamW(network.parameters(), Schedule.constant(1e-3), AdamW.Betas.DEFAULT, Decay.NONE));
    }

    private static Conjugates of(Lab lab, Variant variant, Function<Network, Optimiser> optimiser) {
        Random random = new Random(21);
        Network plain = Network.of(lab.gemm(), variant, 0.5 / Math.sqrt(Network.WIDTH), random);
        Network turned = plain.rotated(lab.gemm(), variant, rotation(random));
        Samples samples = Samples.clustered(random, 1024);
        Samples some = samples.first(BATCH);
        double before = plain.logits(some).distance(turned.logits(some));
        Optimiser ofPlain = optimiser.apply(plain);
        Optimiser ofTurned = optimiser.apply(turned);
        double continuity = 0;
        for (int step = 0; step < STEPS; step++) {
            Samples batch = samples.draw(random, BATCH);
            step(plain, ofPlain, batch);
            step(turned, ofTurned, batch);
            double difference = plain.weights().input() - turned.weights().input();
            continuity = Math.max(continuity, Math.abs(difference));
        }
        return new Conjugates(before, continuity, plain.logits(some).distance(turned.logits(some)));
    }

    private static void step(Network network, Optimiser optimiser, Samples batch) {
        optimiser.clear();
        network.learn(batch);
        optimiser.step();
    }

    /// `U Vᵀ` of a Gaussian matrix: orthogonal, and no direction is preferred.
    static Matrix rotation(Random random) {
        Svd svd = Svd.of(Matrix.gaussian(random, Network.WIDTH, Network.WIDTH, 1));
        return svd.left().times(svd.right().transposed());
    }
}
