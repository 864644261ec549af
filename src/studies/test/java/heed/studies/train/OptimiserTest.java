package heed.studies.train;

import static heed.studies.train.Backends.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OptimiserTest {
    private static final double RATE = .1;
    private static final double LAMBDA = .3;
    private static final AdamW.Betas BETAS = new AdamW.Betas(.9, .98, 1e-8);

    private final Parameter decaying = Parameter.of("weight", noise(1, 3, 5));
    private final Parameter staying = Parameter.of("embedding", noise(2, 2, 5)).withoutDecay();
    private final List<Parameter> both = List.of(decaying, staying);

    /// A rule, given what decays and how.
    interface Rule {
        Optimiser of(List<Parameter> parameters, Decay decay);
    }

    static Stream<Named<Rule>> rules() {
        Schedule rate = Schedule.constant(RATE);
        return Stream.of(
                Named.of("SGD", (parameters, decay) -> new Sgd(parameters, rate, .9, decay)),
                Named.of("AdamW", (parameters, decay) -> new AdamW(parameters, rate, BETAS, decay)));
    }

    private static double[] map(Matrix matrix, Function<Double, Double> function) {
        return java.util.Arrays.stream(matrix.elements()).map(function::apply).toArray();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aStepWithoutGradientDecaysExactly(Rule rule) {
        Matrix weight = decaying.value().copy();
        Matrix embedding = staying.value().copy();
        rule.of(both, new Decay(Schedule.constant(LAMBDA), false)).step();
        assertArrayEquals(map(weight, x -> (1 - LAMBDA) * x), decaying.value().elements());
        assertArrayEquals(embedding.elements(), staying.value().elements());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theShareMayHaveTheLearningRate(Rule rule) {
        Matrix weight = decaying.value().copy();
        rule.of(both, new Decay(Schedule.constant(LAMBDA), true)).step();
        assertArrayEquals(
                map(weight, x -> (1 - LAMBDA * RATE) * x), decaying.value().elements());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aWindowOpensAndCloses(Rule rule) {
        Optimiser optimiser = rule.of(both, new Decay(Schedule.window(1, 2, LAMBDA), false));
        double start = decaying.value().get(0, 0);
        double[] seen = new double[3];
        for (int step = 0; step < seen.length; step++) {
            optimiser.step();
            seen[step] = decaying.value().get(0, 0);
        }
        assertArrayEquals(new double[] {start, (1 - LAMBDA) * start, (1 - LAMBDA) * start}, seen);
        assertEquals(3, optimiser.steps());
    }

    @Test
    void momentumAddsUp() {
        Parameter one = Parameter.of("x", Matrix.of(1, 1, 2));
        Sgd sgd = new Sgd(List.of(one), Schedule.constant(.5), .5, Decay.NONE);
        one.gradient().set(0, 0, 1);
        sgd.step();
        assertEquals(2 - .5, one.value().get(0, 0));
        sgd.step(); // m = .5 · 1 + 1
        assertEquals(1.5 - .75, one.value().get(0, 0));
        sgd.clear();
        assertEquals(0, one.gradient().get(0, 0));
    }

    /// By hand, in the order of the paper's Algorithm 1.
    @Test
    void adamFollowsItsPaper() {
        Parameter one = Parameter.of("x", Matrix.of(1, 1, 2));
        AdamW adam = new AdamW(List.of(one), Schedule.constant(RATE), BETAS, Decay.NONE);
        double x = 2;
        double m = 0;
        double v = 0;
        for (int t = 1; t <= 5; t++) {
            double g = Math.cos(t);
            one.gradient().set(0, 0, g);
            adam.step();
            m = .9 * m + (1 - .9) * g;
            v = .98 * v + (1 - .98) * g * g;
            x -= RATE * (m / (1 - Math.pow(.9, t))) / (Math.sqrt(v / (1 - Math.pow(.98, t))) + 1e-8);
            // some ten roundings of numbers below 2, in another order
            assertEquals(x, one.value().get(0, 0), 10 * 2 * 0x1p-52);
        }
    }

    /// The first step is the learning rate by the sign of the gradient, up to ε.
    @Test
    void adamBeginsWithTheSign() {
        Matrix start = decaying.value().copy();
        decaying.gradient().add(1, noise(3, 3, 5));
        new AdamW(both, Schedule.constant(RATE), BETAS, Decay.NONE).step();
        for (int n = 0; n < 15; n++) {
            double g = decaying.gradient().elements()[n];
            double moved = start.elements()[n] - decaying.value().elements()[n];
            assertEquals(Math.signum(g) * RATE, moved, RATE * 2 * BETAS.epsilon() / Math.abs(g));
        }
    }
}
