package heed.conformance.golden;

import heed.attention.Tensor;

/// How far the output of a case is off, beside how far PyTorch's f32 was: section 6 of the data set's README.
///
/// @param error largest difference from what is expected
/// @param bar the larger of PyTorch's error and the spacing of f32 at the largest output, and what the
///     stored values themselves are off
public record PeerFigure(double error, double bar) {
    static PeerFigure of(JsonObjectReader peers, Tensor actual, Tensor wanted) {
        double torch = peers.numberOrInfinity("torch_fp32_max_err");
        double spacing = Math.ulp((float) peers.number("max_abs_expected"));
        double stored = peers.optionalObject("stored_expected_max_err")
                .map(errors -> errors.numberOrInfinity("out"))
                .orElse(0.0);
        return new PeerFigure(Comparison.largestError(actual, wanted), Math.max(torch, spacing) + stored);
    }

    /// Whether it is no worse.
    public boolean isMet() {
        return error <= bar;
    }
}
