package heed.studies.relu;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.near;

import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.math.Line;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// A whole random network, its gates heads.
final class NetworkClaims {
    private static final int INPUTS = 8;
    private static final int WIDTH = 32;
    private static final double[] BETAS = {1e2, 316.227766, 1e3, 3162.27766, 1e4};

    /// Where gates are so sharp that beside the corner of one hardly another is off.
    private static final double[] SHARP = {1e3, 3162.27766, 1e4, 31_622.7766, 1e5};

    private final Lab lab;
    private final Checks checks = new Checks(ReluStudy.NAME);

    NetworkClaims(Lab lab) {
        this.lab = lab;
    }

    Found find() {
        lab.progress().doing("network");
        Network network = Network.random(new Random(1), INPUTS, WIDTH, WIDTH, 1);
        Matrix inputs = Matrix.gaussian(new Random(2), 10_000, INPUTS, 1);
        double[] errors = each(BETAS, gates -> {
            double[] sorted = errors(network, gates, inputs);
            return sorted[sorted.length - 1];
        });
        double[] predicted = each(BETAS, gates -> network.error(gates.error()));
        Matrix fewer = Matrix.gaussian(new Random(3), 100 * WIDTH, INPUTS, 1);
        double[] beside = each(SHARP, gates -> {
            double[] sorted = errors(network, gates, network.beside(fewer, gates.worst()));
            return sorted[sorted.length / 2];
        });
        String sizes = "random ReLU network, 8 inputs, 2 hidden layers of 32";
        checks.add(
                sizes + ": largest error of 10 000 inputs over its bound, β 1e2 to 1e4",
                atMost(1),
                IntStream.range(0, BETAS.length)
                        .mapToDouble(k -> errors[k] / predicted[k])
                        .max()
                        .orElseThrow(),
                Source.exact("Σ_l Π ‖W_r‖ · W0(1/e)/β"));
        checks.add(
                sizes + ": slope of ln median error over ln β, 3200 inputs beside a gate's corner, β 1e3 to 1e5",
                near(-1, .05),
                Line.through(logs(SHARP), logs(beside)).slope(),
                Source.derived("every gate is off by as much, over β"));
        checks.add(
                sizes + ": slope of ln largest error over ln β, 10 000 inputs, β 1e2 to 1e4",
                atMost(-.95),
                Line.through(logs(BETAS), logs(errors)).slope(),
                Source.derived(
                        "threshold ours: steeper than -1, for the softer the gates, the more of them are off at once"));
        return new Found(checks.list(), section(errors, beside, predicted));
    }

    private double[] each(double[] betas, ToDoubleFunction<AttentionGates> measure) {
        return Arrays.stream(betas)
                .map(beta -> {
                    lab.stopIfInterrupted();
                    return measure.applyAsDouble(new AttentionGates(lab, beta));
                })
                .toArray();
    }

    /// Errors of the output of each input, ascending.
    private static double[] errors(Network network, Gates gates, Matrix inputs) {
        double[] exact = network.of(new Gates.Exact(), inputs).elements();
        double[] outputs = network.of(gates, inputs).elements();
        return IntStream.range(0, exact.length)
                .mapToDouble(i -> Math.abs(outputs[i] - exact[i]))
                .sorted()
                .toArray();
    }

    private static double[] logs(double[] values) {
        return Arrays.stream(values).map(Math::log).toArray();
    }

    private static Section section(double[] errors, double[] beside, double[] predicted) {
        return Section.of(
                "A whole network",
                "Every hidden unit of a ReLU network becomes a head; the linear maps between stay as they are. A gate's "
                        + "error is not enlarged by the gates after it, only by the weights, which bounds the error of the "
                        + "output.",
                new Chart(
                                "Error of a network of 64 heads over β",
                                "Where one gate is at its worst, the error falls like 1/β. The largest of random inputs falls faster: "
                                        + "soft gates are wide, and several are off at once. Both stay below the bound from the weights.",
                                Axis.log("softmax scale β"),
                                Axis.log("largest error of the output"))
                        .dots("largest of 10 000 inputs", BETAS, errors)
                        .dots("median where one gate is worst", SHARP, beside)
                        .dashes("bound", BETAS, predicted)
                        .dashes(
                                "one gate, W0(1/e)/β",
                                BETAS,
                                Arrays.stream(BETAS)
                                        .map(b -> AttentionGates.ERROR / b)
                                        .toArray()));
    }
}
