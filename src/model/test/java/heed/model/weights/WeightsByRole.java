package heed.model.weights;

import heed.attention.Tensor;

/// Finds a tensor as [heed.model.TinyLlama] names it: a role, or a layer and a role.
final class WeightsByRole {
    private WeightsByRole() {}

    static Tensor find(LlamaWeights weights, String... name) {
        return name.length == 1
                ? whole(weights, name[0])
                : layer(weights.layers().get(Integer.parseInt(name[0])), name[1]);
    }

    private static Tensor whole(LlamaWeights weights, String role) {
        return switch (role) {
            case "embedding" -> weights.embedding();
            case "norm" -> weights.norm();
            case "classifier" -> weights.classifier();
            default -> throw new IllegalArgumentException(role);
        };
    }

    private static Tensor layer(LlamaWeights.Layer layer, String role) {
        return switch (role) {
            case "attentionNorm" -> layer.attentionNorm();
            case "query" -> layer.query();
            case "key" -> layer.key();
            case "value" -> layer.value();
            case "projection" -> layer.projection();
            case "innerNorm" -> layer.innerNorm();
            case "gate" -> layer.gate();
            case "up" -> layer.up();
            case "down" -> layer.down();
            default -> throw new IllegalArgumentException(role);
        };
    }
}
