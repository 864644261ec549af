package heed.studies.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import heed.studies.flow.SoftmaxDrift.Kind;
import heed.studies.math.Matrix;
import org.junit.jupiter.api.Test;

final class FlowTest {
    private static final int N = 8;

    @Test
    void reluScoresPullAsTheirClosedFormSays() {
        double time = new Flow(new ReluDrift()).timeTo(Sphere.equiangular(N, 0.1), 0.05, Sphere::meanCosine, 0.7);
        assertEquals(Equiangular.reluTime(N, 0.1, 0.7), time, 1e-7);
    }

    @Test
    void theErrorOfAStepIsOfFourthOrder() {
        Flow flow = new Flow(new ReluDrift());
        Matrix start = Sphere.equiangular(N, 0.1);
        Matrix end = flow.run(start, 1 / 128.0, 256);
        double coarse = flow.run(start, 0.5, 4).distance(end);
        double fine = flow.run(start, 0.25, 8).distance(end);
        assertEquals(4, Math.log(coarse / fine) / Math.log(2), 0.5);
    }

    @Test
    void stepsGoBack() {
        try (SoftmaxDrift drift = SoftmaxDrift.scalar(Labs.quick(), Kind.NORMALISED, 2, N, N + 1, 1, 0.5)) {
            Flow flow = new Flow(drift);
            Matrix start = Sphere.equiangular(N, 0.2);
            assertEquals(0, flow.step(flow.step(start, 0.01), -0.01).distance(start), 1e-10);
        }
    }
}
