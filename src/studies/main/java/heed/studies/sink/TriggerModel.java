package heed.studies.sink;

import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.studies.claim.Lab;
import heed.studies.math.Differences;
import heed.studies.math.Matrix;
import heed.studies.train.AdamW;
import heed.studies.train.AttentionHeads;
import heed.studies.train.Decay;
import heed.studies.train.Linear;
import heed.studies.train.MeanSquaredError;
import heed.studies.train.Parameter;
import heed.studies.train.Products;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/// One layer of attention that learns the task: with softmax, with a sink logit of its own, or with neither.
final class TriggerModel implements AutoCloseable {
    /// Logit at which the sink takes nineteen twentieths of the weight at first: with 0 the first token, which
    /// is as good a sink, is there before it.
    static final double START = 6;

    private static final long SEED = 1;
    private static final int STEPS = 3000;

    /// Steps whose losses are told as one mean.
    static final int EACH = 30;

    private static final int BATCH = 32;
    private static final int TESTED = 256;
    private static final double RATE = 3e-3;

    private final Lab lab;
    private final Random random;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear output;
    private final Optional<Parameter> sink;
    private final Mixing mixing;
    private final Mixing looks;
    private final MeanSquaredError error = new MeanSquaredError();

    /// What became of training.
    ///
    /// @param loss over training, means of [#EACH] steps
    /// @param error mean squared error on sequences not trained on
    /// @param first mean weight of the first token in rows without trigger
    /// @param missing mean of what the weights of keys there lack of one: the sink's
    /// @param logit that was learned; −∞ without
    /// @param map weights of one sequence, the sink last if there is one
    /// @param trigger whether each row of the map has a trigger
    /// @param gradientError of the logit's gradient, against a central difference
    record Outcome(
            double[] loss,
            double error,
            double first,
            double missing,
            double logit,
            double[][] map,
            boolean[] trigger,
            double gradientError) {}

    /// What weighs the values.
    sealed interface Weights {
        /// Softmax.
        record Softmax() implements Weights {}

        /// Softmax with a sink logit that starts at `start`.
        record Sink(double start) implements Weights {}

        /// Scores above 0, without softmax.
        record Relu() implements Weights {}
    }

    private TriggerModel(Lab lab, Weights weights, long seed) {
        this.lab = lab;
        random = new Random(seed);
        Products products = new Products(lab.gemm());
        int dim = TriggerTask.DIM;
        query = Linear.gaussian(products, "query", dim, dim, 1, random);
        key = Linear.gaussian(products, "key", dim, dim, 1, random);
        value = Linear.gaussian(products, "value", dim, dim, 1, random);
        output = Linear.gaussian(products, "output", dim, dim, 1, random);
        sink = weights instanceof Weights.Sink(double start)
                ? Optional.of(Parameter.row("sink", 1, start))
                : Optional.empty();
        mixing = mixing(weights, dim, BATCH);
        looks = mixing(weights, TriggerTask.ROWS, TESTED);
    }

    private Mixing mixing(Weights weights, int valueDim, int batch) {
        AttentionSpec.Builder spec =
                AttentionSpec.builder(1, TriggerTask.DIM).valueDim(valueDim).mask(Mask.causal());
        return switch (weights) {
            case Weights.Softmax _ -> softmax(spec, batch);
            case Weights.Sink _ -> softmax(spec.sink(), batch);
            case Weights.Relu _ -> new Mixing.Relu(TriggerTask.ROWS);
        };
    }

    private Mixing softmax(AttentionSpec.Builder spec, int batch) {
        AttentionHeads heads =
                new AttentionHeads(lab.attention(), spec.build(), batch, TriggerTask.ROWS, TriggerTask.ROWS);
        sink.ifPresent(heads::sink);
        return new Mixing.Softmax(heads);
    }

    /// One trained with each of these weights, from the same start.
    static List<Outcome> all(Lab lab, List<Weights> all) {
        return lab.all(all.stream()
                .<Callable<Outcome>>map(weights -> () -> trained(lab, weights))
                .toList());
    }

    private static Outcome trained(Lab lab, Weights weights) {
        try (TriggerModel model = new TriggerModel(lab, weights, SEED)) {
            return model.train(weights.toString());
        }
    }

    private Outcome train(String name) {
        List<Parameter> parameters =
                new ArrayList<>(List.of(query.weight(), key.weight(), value.weight(), output.weight()));
        sink.ifPresent(parameters::add);
        AdamW adam = new AdamW(parameters, step -> RATE * (1 - (double) step / STEPS), AdamW.Betas.DEFAULT, Decay.NONE);
        double[] losses = new double[STEPS / EACH];
        for (int step = 0; step < STEPS; step++) {
            lab.stopIfInterrupted();
            if (step % 500 == 0) {
                lab.progress().doing("sink: training with %s, step %d of %d".formatted(name, step, STEPS));
            }
            TriggerTask task = TriggerTask.drawn(random, BATCH);
            adam.clear();
            losses[step / EACH] += loss(task) / EACH;
            backward();
            adam.step();
        }
        return outcome(losses);
    }

    private double loss(TriggerTask task) {
        Matrix o = mixing.forward(query.forward(task.queries()), key.forward(task.keys()), value.forward(task.keys()));
        return error.loss(output.forward(o), task.targets());
    }

    private void backward() {
        AttentionHeads.Gradients gradients = mixing.backward(output.backward(error.gradient()));
        query.backward(gradients.query());
        key.backward(gradients.key());
        value.backward(gradients.value());
    }

    private Outcome outcome(double[] losses) {
        TriggerTask task = TriggerTask.drawn(new Random(99), TESTED);
        double mse = 0;
        for (int n = 0; n < TESTED / BATCH; n++) {
            mse += loss(TriggerTask.drawn(random, BATCH)) * BATCH / TESTED;
        }
        Matrix seen = looks.forward(query.forward(task.queries()), key.forward(task.keys()), eachKey());
        double first = 0;
        double missing = 0;
        int count = 0;
        for (int row = 0; row < seen.rows(); row++) {
            if (task.chooses(row) && !task.trigger()[row]) {
                first += seen.get(row, 0);
                missing += 1 - sum(seen.row(row));
                count++;
            }
        }
        return new Outcome(
                losses,
                mse,
                first / count,
                missing / count,
                sink.map(logit -> logit.value().get(0, 0)).orElse(Double.NEGATIVE_INFINITY),
                map(seen),
                Arrays.copyOf(task.trigger(), TriggerTask.ROWS),
                sink.map(this::gradientError).orElse(0.0));
    }

    /// Values that name their key: the output is then the row of weights.
    private static Matrix eachKey() {
        Matrix value = Matrix.zeros(TESTED * TriggerTask.ROWS, TriggerTask.ROWS);
        for (int row = 0; row < value.rows(); row++) {
            value.set(row, row % TriggerTask.ROWS, 1);
        }
        return value;
    }

    private static double sum(double[] row) {
        return Arrays.stream(row).sum();
    }

    private double[][] map(Matrix seen) {
        double[][] map = new double[TriggerTask.ROWS][];
        for (int row = 0; row < map.length; row++) {
            double[] weights = seen.row(row);
            map[row] = weights;
            if (sink.isPresent()) {
                map[row] = Arrays.copyOf(weights, weights.length + 1);
                map[row][weights.length] = 1 - sum(weights);
            }
        }
        return map;
    }

    /// Difference of the logit's gradient to a central difference, relative to the larger of it and the loss.
    private double gradientError(Parameter logit) {
        TriggerTask task = TriggerTask.drawn(new Random(98), BATCH);
        logit.gradient().scale(0);
        double loss = loss(task);
        backward();
        double found = logit.gradient().get(0, 0);
        double expected = Differences.at(logit.value().elements(), 0, () -> loss(task));
        return Math.abs(expected - found) / Math.max(loss, Math.abs(found));
    }

    @Override
    public void close() {
        mixing.close();
        looks.close();
    }
}
