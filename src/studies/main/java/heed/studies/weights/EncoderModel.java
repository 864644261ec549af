package heed.studies.weights;

import heed.attention.Tensor;
import heed.model.EncoderProbe;
import heed.model.trace.TraceListener;
import heed.model.weights.EncoderMatrices;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A BERT encoder: every token sees every other.
record EncoderModel(String name, EncoderProbe probe) implements RealModel {
    @Override
    public boolean causal() {
        return false;
    }

    @Override
    public List<String> trace(String text, TraceListener listener) {
        return probe.trace(text, listener);
    }

    @Override
    public List<Map<Role, Tensor>> matrices() {
        return probe.matrices().stream().map(EncoderModel::roles).toList();
    }

    private static Map<Role, Tensor> roles(EncoderMatrices block) {
        Map<Role, Tensor> roles = new EnumMap<>(Role.class);
        roles.put(Role.QUERY, block.query());
        roles.put(Role.KEY, block.key());
        roles.put(Role.VALUE, block.value());
        roles.put(Role.PROJECTION, block.projection());
        roles.put(Role.UP, block.up());
        roles.put(Role.DOWN, block.down());
        return roles;
    }

    @Override
    public void close() {
        probe.close();
    }
}
