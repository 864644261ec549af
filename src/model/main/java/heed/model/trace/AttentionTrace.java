package heed.model.trace;

import heed.attention.Tensor;

/// What one layer's attention read and gave. The tensors are views of the model's buffers: they hold until the
/// listener returns.
///
/// @param layer from 0
/// @param query `[1, queryHeads, tokens, headDim]`, as the scores read it: rotated, where the model rotates
/// @param key `[1, kvHeads, tokens, headDim]`, the same
/// @param value `[1, kvHeads, tokens, headDim]`
/// @param output `[1, queryHeads, tokens, headDim]`, before it is projected
public record AttentionTrace(int layer, Tensor query, Tensor key, Tensor value, Tensor output) {}
