package heed.attention;

import org.jspecify.annotations.Nullable;

/// The cotangents and gradients of one gradient run, each of the shape of its forward counterpart and of any
/// floating-point type. Gradients that are not given are not written.
///
/// Those of key and value are summed over the query heads of a group; that of the additive mask over what it
/// was broadcast over, in double, and 0 where it hides.
public final class GradientArguments {
    @Nullable
    Tensor output;

    @Nullable
    Tensor logSumExp;

    @Nullable
    Tensor query;

    @Nullable
    Tensor key;

    @Nullable
    Tensor value;

    @Nullable
    Tensor bias;

    @Nullable
    Tensor sink;

    /// Nothing yet.
    public GradientArguments() {}

    /// Sets the gradient of the loss with respect to the output: read, and needed.
    public GradientArguments output(Tensor cotangent) {
        output = cotangent;
        return this;
    }

    /// Sets the gradient of the loss with respect to the log-sum-exp: read. Default: zeros.
    public GradientArguments logSumExp(Tensor cotangent) {
        logSumExp = cotangent;
        return this;
    }

    /// Sets where the gradient with respect to the query goes.
    public GradientArguments query(Tensor gradient) {
        query = gradient;
        return this;
    }

    /// Sets where the gradient with respect to the key goes.
    public GradientArguments key(Tensor gradient) {
        key = gradient;
        return this;
    }

    /// Sets where the gradient with respect to the value goes.
    public GradientArguments value(Tensor gradient) {
        value = gradient;
        return this;
    }

    /// Sets where the gradient with respect to the additive mask goes. Where that was broadcast, a tensor
    /// narrower than F64 is rounded from sums that the plan keeps apart, as many doubles as it has elements,
    /// made by the first run of a shape; in a tensor of F64 they are summed in place.
    public GradientArguments bias(Tensor gradient) {
        bias = gradient;
        return this;
    }

    /// Sets where the gradient with respect to the sink logits goes.
    public GradientArguments sink(Tensor gradient) {
        sink = gradient;
        return this;
    }
}
