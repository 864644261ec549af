package heed.studies.sink;

import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.studies.claim.Lab;
import heed.studies.math.Differences;
import heed.studies.math.Matrix;
import heed.studies.train.AttentionHeads;
import heed.studies.train.HeadWise;
import heed.studies.train.Parameter;
import heed.studies.train.RmsNorm;
import java.util.Optional;
import java.util.Random;

/// The cure that is proposed: each head's output is divided by its root mean square before the heads are mixed,
/// `ô = o / RMS(o) ⊙ λ`, λ learned and shared by the heads. Then position 0, which averages nothing, is no
/// larger than the others.
final class HeadNorm implements AutoCloseable {
    private static final int HEADS = 2;
    private static final int DIM = 16;
    private static final int LENGTH = Aggregation.LENGTH;

    /// So small beside the mean square at the last position, 1/256, that it moves none by more than 3e-6.
    private static final double EPSILON = 1e-8;

    private final AttentionHeads heads;
    private final RmsNorm norm;
    private final Parameter gain;
    private final int batch;
    private final int length;

    /// Causal heads over `length` positions.
    private HeadNorm(Lab lab, int batch, int length) {
        this.batch = batch;
        this.length = length;
        AttentionSpec spec =
                AttentionSpec.builder(HEADS, DIM).mask(Mask.causal()).build();
        heads = new AttentionHeads(lab.attention(), spec, batch, length, length);
        gain = Parameter.row("gain", DIM, 1);
        norm = new RmsNorm(Optional.of(gain), EPSILON);
    }

    /// Mean square of the first position's outputs over that of the last.
    ///
    /// @param before the norm
    /// @param after it
    record Discrepancy(double before, double after) {}

    /// Of uniform heads.
    static Discrepancy discrepancy(Lab lab) {
        int batch = 16;
        try (HeadNorm layer = new HeadNorm(lab, batch, LENGTH)) {
            Matrix zeros = Matrix.zeros(batch * LENGTH, HEADS * DIM);
            Matrix value = Matrix.gaussian(new Random(21), batch * LENGTH, HEADS * DIM, 1);
            Matrix output = layer.heads.forward(zeros, zeros, value);
            double before = layer.ratio(output);
            return new Discrepancy(before, layer.ratio(new HeadWise(layer.norm, DIM).forward(output)));
        }
    }

    private double ratio(Matrix rows) {
        return square(rows, 0) / square(rows, length - 1);
    }

    private double square(Matrix rows, int position) {
        double sum = 0;
        for (int b = 0; b < batch; b++) {
            int row = b * length + position;
            sum += rows.dot(row, rows, row);
        }
        return sum;
    }

    /// Largest difference of a gradient, through norm and attention, to a central difference, relative to the
    /// largest gradient: those of query, key, value and λ, at every 13th element.
    static double gradientError(Lab lab) {
        Random random = new Random(22);
        int rows = 2 * 6;
        try (HeadNorm layer = new HeadNorm(lab, 2, 6)) {
            Matrix[] inputs = new Matrix[3];
            for (int n = 0; n < inputs.length; n++) {
                inputs[n] = Matrix.gaussian(random, rows, HEADS * DIM, 1);
            }
            Matrix cotangent = Matrix.gaussian(random, rows, HEADS * DIM, 1);
            layer.output(inputs);
            AttentionHeads.Gradients gradients =
                    layer.heads.backward(new HeadWise(layer.norm, DIM).backward(cotangent));
            Matrix[] found = {
                gradients.query().copy(),
                gradients.key().copy(),
                gradients.value().copy(),
                layer.gain.gradient()
            };
            double error = 0;
            for (int n = 0; n < found.length; n++) {
                Matrix at = n < inputs.length ? inputs[n] : layer.gain.value();
                error = Math.max(error, layer.difference(inputs, at, found[n], cotangent));
            }
            return error;
        }
    }

    private Matrix output(Matrix[] inputs) {
        return new HeadWise(norm, DIM).forward(heads.forward(inputs[0], inputs[1], inputs[2]));
    }

    private double difference(Matrix[] inputs, Matrix at, Matrix gradient, Matrix cotangent) {
        double largest = 0;
        double error = 0;
        for (int n = 0; n < at.elements().length; n += 13) {
            double expected =
                    Differences.at(at.elements(), n, () -> output(inputs).inner(cotangent));
            largest = Math.max(largest, Math.abs(gradient.elements()[n]));
            error = Math.max(error, Math.abs(expected - gradient.elements()[n]));
        }
        return error / largest;
    }

    @Override
    public void close() {
        heads.close();
    }
}
