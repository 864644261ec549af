package heed.studies.head;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// One head over one sequence, in double: rows of a matrix are positions. The plans are made once, for its
/// sizes, and
/// each run gives new results.
public final class Head implements AutoCloseable {
    private final AttentionSpec spec;
    private final AttentionPlan plan;
    private final AttentionBackend backend;
    private final AttentionSizes sizes;
    private final Lab lab;
    private final AttentionArguments arguments = new AttentionArguments();
    private Optional<GradientPlan> gradientPlan = Optional.empty();

    /// What a run gives.
    ///
    /// @param output `[queryLen, valueDim]`
    /// @param logSumExp of each row, with the sink if there is one
    public record Pass(Matrix output, double[] logSumExp) {}

    /// What a gradient run gives, each of the shape of its tensor.
    public record Gradients(Matrix query, Matrix key, Matrix value) {}

    /// Of `spec`, for these lengths.
    public Head(Lab lab, AttentionSpec spec, int queryLen, int kvLen) {
        this.lab = lab;
        this.spec = spec;
        sizes = new AttentionSizes(1, queryLen, kvLen);
        plan = lab.attention().plan(spec, sizes, lab.alone());
        backend = lab.attention().backend(plan.backend());
    }

    /// A spec of one head in double that asks for the log-sum-exp, for `more` to add to.
    public static AttentionSpec spec(int headDim, UnaryOperator<AttentionSpec.Builder> more) {
        return more.apply(
                        AttentionSpec.builder(1, headDim).type(ElementType.F64).logSumExp())
                .build();
    }

    /// The tensors that runs read besides query, key and value: bias, mask, sink. They stay until set again.
    public AttentionArguments arguments() {
        return arguments;
    }

    /// Computes `query`, `key` and `value`.
    public Pass run(Matrix query, Matrix key, Matrix value) {
        Matrix output = Matrix.zeros(query.rows(), value.columns());
        double[] logSumExp = new double[query.rows()];
        give(query, key, value);
        plan.run(arguments.output(shaped(output)).logSumExp(Tensor.of(logSumExp, 1, 1, query.rows())));
        return new Pass(output, logSumExp);
    }

    /// The gradients of a loss whose cotangents are `output`, and `logSumExp` where it depends on that,
    /// too; `forward`
    /// is what [#run] gave for the same tensors.
    public Gradients gradients(
            Matrix query, Matrix key, Matrix value, Pass forward, Matrix output, Optional<double[]> logSumExp) {
        return gradients(query, key, value, forward, output, logSumExp, UnaryOperator.identity());
    }

    /// The same, with `more` to say where the gradients of bias and sink go.
    public Gradients gradients(
            Matrix query,
            Matrix key,
            Matrix value,
            Pass forward,
            Matrix output,
            Optional<double[]> logSumExp,
            UnaryOperator<GradientArguments> more) {
        Gradients gradients = new Gradients(
                Matrix.zeros(query.rows(), query.columns()),
                Matrix.zeros(key.rows(), key.columns()),
                Matrix.zeros(value.rows(), value.columns()));
        give(query, key, value);
        arguments.output(shaped(forward.output)).logSumExp(Tensor.of(forward.logSumExp, 1, 1, query.rows()));
        GradientArguments targets = new GradientArguments()
                .output(shaped(output))
                .query(shaped(gradients.query))
                .key(shaped(gradients.key))
                .value(shaped(gradients.value));
        logSumExp.ifPresent(rows -> targets.logSumExp(Tensor.of(rows, 1, 1, rows.length)));
        gradientPlan().run(arguments, more.apply(targets));
        return gradients;
    }

    private GradientPlan gradientPlan() {
        if (gradientPlan.isEmpty()) {
            gradientPlan = Optional.of(backend.planGradient(spec, sizes, lab.alone()));
        }
        return gradientPlan.get();
    }

    private void give(Matrix query, Matrix key, Matrix value) {
        arguments.query(shaped(query)).key(shaped(key)).value(shaped(value));
    }

    private static Tensor shaped(Matrix matrix) {
        return matrix.tensor(1, 1, matrix.rows(), matrix.columns());
    }

    @Override
    public void close() {
        plan.close();
        gradientPlan.ifPresent(GradientPlan::close);
    }
}
