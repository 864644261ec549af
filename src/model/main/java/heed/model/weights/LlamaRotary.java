package heed.model.weights;

import heed.attention.RotaryEmbedding;
import heed.attention.RotaryScaling;

/// The rotary embedding of a model.
///
/// The pairing belongs to how a file orders the rows of query and key matrices: llama2.c and GGUF keep the
/// order of training, neighbours; Hugging Face's converter permutes them to halves.
///
/// @param pairing which elements of a row make a pair
/// @param dim elements of a row that are turned
/// @param base of the frequencies
/// @param scaling what becomes of them for long contexts
public record LlamaRotary(RotaryEmbedding.Pairing pairing, int dim, double base, RotaryScaling scaling) {
    /// Checks the numbers.
    public LlamaRotary {
        if (dim <= 0 || dim % 2 != 0) {
            throw new IllegalArgumentException("rotaryDim must be even and positive: rotaryDim=" + dim);
        }
        if (!(base > 0) || Double.isInfinite(base)) {
            throw new IllegalArgumentException("the rotary base must be positive and finite: base=" + base);
        }
    }

    /// The tables for `positions` positions.
    public RotaryEmbedding tables(int positions) {
        return RotaryEmbedding.of(pairing, dim, base, scaling, positions);
    }
}
