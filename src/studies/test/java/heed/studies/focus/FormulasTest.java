package heed.studies.focus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FormulasTest {
    private static final double STEP = 1e-5;

    private final Chain chain = new Chain(0.6, 0.5, 0.3, 0.2);

    enum Part {
        EMBEDDING(Weights::embedding),
        QUERY(Weights::query),
        KEY(Weights::key),
        OUTPUT(Weights::output);

        private final Function<Weights, Matrix> of;

        Part(Function<Weights, Matrix> of) {
            this.of = of;
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsAreThoseOfTheLoss(Part part) {
        Weights weights = Weights.gaussian(new Random(2), 3, 4, 0.8);
        Matrix gradient = part.of.apply(Formulas.gradients(chain, weights));
        double[] elements = part.of.apply(weights).elements();
        for (int n = 0; n < elements.length; n++) {
            double old = elements[n];
            elements[n] = old + STEP;
            double above = Formulas.loss(chain, weights);
            elements[n] = old - STEP;
            double below = Formulas.loss(chain, weights);
            elements[n] = old;
            assertEquals((above - below) / (2 * STEP), gradient.elements()[n], 1e-9, part + " " + n);
        }
    }
}
