package heed.attention;

import static heed.attention.Checks.require;

import java.util.Arrays;

/// Attention over some of the keys: the normalised output and the log-sum-exp that weighs it.
///
/// Results over disjoint keys merge into the result over all of them:
/// `lse = ln(e^lse₁ + e^lse₂)`, `output = output₁ · e^(lse₁ − lse) + output₂ · e^(lse₂ − lse)`.
/// The merge is commutative, a partial that saw nothing (`lse = −∞`) is its bitwise identity, and two such merge to
/// another. Source: FlashInfer, recursive attention.
///
/// @param output `[batch, heads, len, dim]`
/// @param logSumExp `[batch, heads, len]`
public record PartialOutput(Tensor output, Tensor logSumExp) {
    /// Checks that the shapes belong together.
    public PartialOutput {
        require(
                output.rank() == 4
                        && logSumExp.rank() == 3
                        && Arrays.equals(output.shape(), 0, 3, logSumExp.shape(), 0, 3),
                "a partial output needs [batch, heads, len, dim] and [batch, heads, len]: output=%s, logSumExp=%s",
                output,
                logSumExp);
    }

    /// Makes this the partial that saw nothing: output 0, log-sum-exp −∞.
    public void clear() {
        for (int b = 0; b < output.size(0); b++) {
            for (int h = 0; h < output.size(1); h++) {
                for (int i = 0; i < output.size(2); i++) {
                    logSumExp.set(Double.NEGATIVE_INFINITY, b, h, i);
                    for (int d = 0; d < output.size(3); d++) {
                        output.set(0, b, h, i, d);
                    }
                }
            }
        }
    }

    /// Merges `other`, over other keys, into this.
    public void merge(PartialOutput other) {
        require(
                Arrays.equals(output.shape(), other.output.shape()),
                "partial outputs merge when their shapes are equal: this=%s, other=%s",
                output,
                other.output);
        for (int b = 0; b < output.size(0); b++) {
            for (int h = 0; h < output.size(1); h++) {
                for (int i = 0; i < output.size(2); i++) {
                    mergeRow(other, b, h, i);
                }
            }
        }
    }

    private void mergeRow(PartialOutput other, int b, int h, int i) {
        double left = logSumExp.get(b, h, i);
        double right = other.logSumExp.get(b, h, i);
        double total = logAddExp(left, right);
        double keep = weight(left, total);
        double add = weight(right, total);
        for (int d = 0; d < output.size(3); d++) {
            output.set(weigh(keep, output.get(b, h, i, d), add, other.output.get(b, h, i, d)), b, h, i, d);
        }
        logSumExp.set(total, b, h, i);
    }

    /// `ln(eˣ + eʸ)`; −∞ is the exact identity.
    public static double logAddExp(double x, double y) {
        double max = Math.max(x, y);
        double min = Math.min(x, y);
        return min == Double.NEGATIVE_INFINITY ? max : max + Math.log1p(Math.exp(min - max));
    }

    /// `e^(part − total)`, the share of a part in the merged whole; 0 when it saw nothing.
    public static double weight(double part, double total) {
        return part == Double.NEGATIVE_INFINITY ? 0 : Math.exp(part - total);
    }

    /// `keep · x + add · y`, where a part of weight 0 contributes nothing, not even a NaN.
    public static double weigh(double keep, double x, double add, double y) {
        if (keep == 0) {
            return add == 0 ? 0 : add * y;
        }
        return add == 0 ? keep * x : keep * x + add * y;
    }
}
