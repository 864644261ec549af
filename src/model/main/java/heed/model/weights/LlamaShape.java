package heed.model.weights;

import java.nio.file.Path;
import java.util.function.Supplier;

/// The sizes of a Llama-family decoder (Touvron et al. 2023, arXiv:2302.13971).
///
/// @param layers blocks of attention and feed-forward
/// @param width elements of a token's state
/// @param innerWidth elements between the feed-forward matrices
/// @param queryHeads heads of the query
/// @param kvHeads heads of key and value; it divides `queryHeads`
/// @param headDim elements of a head
/// @param vocabulary tokens there are
/// @param contextLen positions that the model was trained for
/// @param normEpsilon of every norm
/// @param rotary how queries and keys are turned by their positions
public record LlamaShape(
        int layers,
        int width,
        int innerWidth,
        int queryHeads,
        int kvHeads,
        int headDim,
        int vocabulary,
        int contextLen,
        double normEpsilon,
        LlamaRotary rotary) {
    /// Checks every size and the rules between them.
    public LlamaShape {
        positive("layers", layers);
        positive("width", width);
        positive("innerWidth", innerWidth);
        positive("queryHeads", queryHeads);
        positive("kvHeads", kvHeads);
        positive("headDim", headDim);
        positive("vocabulary", vocabulary);
        positive("contextLen", contextLen);
        require(queryHeads % kvHeads == 0, "kvHeads must divide queryHeads", queryHeads, kvHeads);
        require(rotary.dim() <= headDim, "rotaryDim must not be above headDim", rotary.dim(), headDim);
        if (!(normEpsilon >= 0) || Double.isInfinite(normEpsilon)) {
            throw new IllegalArgumentException("normEpsilon must be a number from 0: normEpsilon=" + normEpsilon);
        }
    }

    private static void positive(String name, int size) {
        if (size <= 0) {
            throw new IllegalArgumentException("%s must be positive: %s=%d".formatted(name, name, size));
        }
    }

    private static void require(boolean condition, String rule, int first, int second) {
        if (!condition) {
            throw new IllegalArgumentException("%s: got %d and %d".formatted(rule, first, second));
        }
    }

    /// Elements of all query heads.
    public int queryWidth() {
        return Math.multiplyExact(queryHeads, headDim);
    }

    /// Elements of all key heads, or value heads.
    public int kvWidth() {
        return Math.multiplyExact(kvHeads, headDim);
    }

    /// The shape that `made` gives; what breaks a rule is told of `file`.
    static LlamaShape of(Path file, Supplier<LlamaShape> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new ModelFileException(
                    file, wrong, "the model's sizes are wrong, %s", ModelFileException.reason(wrong));
        }
    }
}
