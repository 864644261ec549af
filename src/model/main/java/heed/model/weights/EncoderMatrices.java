package heed.model.weights;

import heed.attention.Tensor;

/// The matrices of an encoder's block by their roles, `[out, in]` as those of [LlamaWeights.Layer]: a layer computes
/// `W x`.
///
/// @param query `[width, width]`, as are `key`, `value` and `projection`
/// @param projection of the attention's output
/// @param up `[innerWidth, width]`
/// @param down `[width, innerWidth]`
public record EncoderMatrices(Tensor query, Tensor key, Tensor value, Tensor projection, Tensor up, Tensor down) {}
