package heed.studies.train;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.PlanOptions;
import heed.studies.math.Matrix;
import java.util.ArrayList;
import java.util.List;

/// Softmax attention of many sequences and its gradient, in f64 on the calling thread, by plans that serve
/// all steps.
///
/// | matrix | shape                                       |
/// |--------|---------------------------------------------|
/// | query  | `[batch · queryLen, queryHeads · headDim]`  |
/// | key    | `[batch · kvLen, kvHeads · headDim]`        |
/// | value  | `[batch · kvLen, kvHeads · valueDim]`       |
/// | output | `[batch · queryLen, queryHeads · valueDim]` |
///
/// Memory as for [Layer].
public final class AttentionHeads implements AutoCloseable {
    private static final PlanOptions ALONE = PlanOptions.DEFAULT.withThreads(1);

    private final AttentionSpec spec;
    private final int queryLen;
    private final AttentionPlan plan;
    private final GradientPlan gradientPlan;
    private final AttentionArguments arguments = new AttentionArguments();
    private final GradientArguments gradients = new GradientArguments();
    private final HeadRows.Four rows;
    private final HeadRows.Four cotangents;
    private final Buffer logSumExp = new Buffer();
    private final List<Learned> learned = new ArrayList<>();
    private int batch;

    /// What [#backward] returns, each of the shape of its input.
    public record Gradients(Matrix query, Matrix key, Matrix value) {}

    /// A parameter beside query, key and value, and its gradient in one step, which plans do not add but
    /// write.
    private record Learned(Parameter parameter, Matrix step) {}

    /// Plans for sequences of these lengths.
    ///
    /// @param spec scale, mask, sink and so on; it is made to compute in f64 with log-sum-exp
    /// @param batch the most sequences of a step
    public AttentionHeads(Attention attention, AttentionSpec spec, int batch, int queryLen, int kvLen) {
        this.spec = spec.toBuilder().type(ElementType.F64).logSumExp().build();
        this.queryLen = queryLen;
        AttentionSizes sizes = new AttentionSizes(batch, queryLen, kvLen);
        plan = attention.plan(this.spec, sizes, ALONE);
        gradientPlan = attention.planGradient(this.spec, sizes, ALONE);
        rows = HeadRows.Four.of(spec, queryLen, kvLen);
        cotangents = HeadRows.Four.of(spec, queryLen, kvLen);
    }

    /// Trains the sink logits, `[1, queryHeads]`; the spec must have a sink.
    public AttentionHeads sink(Parameter logits) {
        Matrix step = learn(logits);
        arguments.sink(logits.value().tensor(spec.queryHeads()));
        gradients.sink(step.tensor(spec.queryHeads()));
        return this;
    }

    /// Trains the additive mask; the spec must have one.
    ///
    /// @param shape of the tensor, which is broadcast to `[batch, queryHeads, queryLen, kvLen]`
    public AttentionHeads bias(Parameter bias, int... shape) {
        Matrix step = learn(bias);
        arguments.bias(bias.value().tensor(shape));
        gradients.bias(step.tensor(shape));
        return this;
    }

    private Matrix learn(Parameter parameter) {
        Matrix step = Matrix.zeros(parameter.value().rows(), parameter.value().columns());
        learned.add(new Learned(parameter, step));
        return step;
    }

    /// Where to set what else the spec reads and is not trained: masks, slopes, captured tensors.
    public AttentionArguments arguments() {
        return arguments;
    }

    /// What was given to [#sink] and [#bias].
    public List<Parameter> parameters() {
        return learned.stream().map(Learned::parameter).toList();
    }

    /// The output.
    public Matrix forward(Matrix query, Matrix key, Matrix value) {
        batch = query.rows() / queryLen;
        Matrix output = rows.output().own(batch);
        Matrix lse = logSumExp.of(batch * spec.queryHeads(), queryLen);
        arguments
                .query(rows.query().tensor(query))
                .key(rows.key().tensor(key))
                .value(rows.value().tensor(value))
                .output(rows.output().tensor(output))
                .logSumExp(lse.tensor(batch, spec.queryHeads(), queryLen));
        plan.run(arguments);
        return output;
    }

    /// The gradients of the last forward pass, given that of its output; adds those of sink and bias.
    public Gradients backward(Matrix cotangent) {
        Gradients result = new Gradients(
                cotangents.query().own(batch),
                cotangents.key().own(batch),
                cotangents.value().own(batch));
        gradients
                .output(cotangents.output().tensor(cotangent))
                .query(cotangents.query().tensor(result.query))
                .key(cotangents.key().tensor(result.key))
                .value(cotangents.value().tensor(result.value));
        gradientPlan.run(arguments, gradients);
        learned.forEach(each -> each.parameter.gradient().add(1, each.step));
        return result;
    }

    @Override
    public void close() {
        try (plan;
                gradientPlan) {
            learned.clear();
        }
    }
}
