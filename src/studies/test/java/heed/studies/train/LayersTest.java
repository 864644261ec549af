package heed.studies.train;

import static heed.studies.train.Backends.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class LayersTest {
    private static final Products PRODUCTS = Backends.products();
    private static final int DIM = 6;

    static Stream<Named<Layer>> layers() {
        Random random = new Random(3);
        return Stream.of(
                Named.of("linear", linear(random)),
                Named.of("linear with bias", linear(random).withBias()),
                Named.of("RMS norm", RmsNorm.plain(1e-5)),
                Named.of("RMS norm, scaled", new RmsNorm(Optional.of(row(random, DIM)), 1e-5)),
                Named.of("RMS norm of heads", new HeadWise(new RmsNorm(Optional.of(row(random, 3)), 1e-5), 3)),
                Named.of("layer norm", LayerNorm.plain(1e-5)),
                Named.of(
                        "layer norm, affine",
                        new LayerNorm(Optional.of(row(random, DIM)), Optional.of(row(random, DIM)), 1e-5)),
                Named.of("MLP", Mlp.gaussian(PRODUCTS, "mlp", DIM, 9, Curve.GELU, 1, random)),
                Named.of("residual", new Residual(linear(random))),
                Named.of("one of three", OneOf.last(3)),
                Named.of("identity", new Sequential()),
                Named.of("chain", new Sequential(LayerNorm.affine("norm", DIM, 1e-5), linear(random), OneOf.last(2))));
    }

    private static Linear linear(Random random) {
        return Linear.gaussian(PRODUCTS, "linear", DIM, DIM, 1, random);
    }

    private static Parameter row(Random random, int columns) {
        return Parameter.gaussian("row", random, 1, columns, 1);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void gradientsAreThoseOfDifferences(Layer layer) {
        FiniteDifferences.check(layer, noise(5, 6, DIM));
    }

    @ParameterizedTest
    @EnumSource
    void curvesHaveTheirSlope(Curve curve) {
        FiniteDifferences.check(
                new Activation(curve), awayFromZero(noise(7, 20, 3).scale(2)));
    }

    /// So that no difference spans a kink.
    private static Matrix awayFromZero(Matrix x) {
        for (int n = 0; n < x.elements().length; n++) {
            x.elements()[n] += Math.copySign(0.01, x.elements()[n]);
        }
        return x;
    }

    @Test
    void anyFunctionIsAnActivation() {
        Elementwise sine = (x, value, slope) -> {
            for (int n = 0; n < x.length; n++) {
                value[n] = Math.sin(x[n]);
                slope[n] = Math.cos(x[n]);
            }
        };
        FiniteDifferences.check(new Activation(sine), noise(9, 4, 4));
    }

    @Test
    void gradientsOfParametersAddUp() {
        Linear linear = linear(new Random(11)).withBias();
        Matrix x = noise(12, 4, DIM);
        Matrix g = noise(13, 4, DIM);
        linear.forward(x);
        linear.backward(g);
        List<Matrix> once = linear.parameters().stream()
                .map(parameter -> parameter.gradient().copy())
                .toList();
        linear.backward(g);
        for (int n = 0; n < once.size(); n++) {
            Matrix twice = linear.parameters().get(n).gradient();
            assertArrayEquals(once.get(n).copy().scale(2).elements(), twice.elements(), 1e-14);
        }
    }

    @Test
    void weightsHaveTheVarianceOfTheirGain() {
        int in = 400;
        Matrix weight = Linear.gaussian(PRODUCTS, "w", in, 100, .8, new Random(1))
                .weight()
                .value();
        double variance = weight.norm() * weight.norm() / (in * 100);
        // the mean of 40,000 squares has a relative deviation of √(2/40000) = .0071
        assertEquals(.8 * .8 / in, variance, 4 * .0071 * .8 * .8 / in);
    }

    @Test
    void rowsOfAnEmbeddingAreItsIds() {
        Embedding embedding = Embedding.gaussian("e", 5, 3, 1, new Random(2));
        int[] ids = {4, 0, 4};
        Parameter table = embedding.parameters().getFirst();
        FiniteDifferences.check(List.of(table), List.of(), () -> embedding.forward(ids), g -> {
            embedding.backward(g);
            return List.of();
        });
        assertArrayEquals(table.value().row(4), embedding.forward(ids).row(2));
        assertEquals(false, table.decays());
    }
}
