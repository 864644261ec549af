package heed.model.trace;

/// Is shown every layer's attention, one after the other.
@FunctionalInterface
public interface TraceListener {
    /// Looks at no layer.
    TraceListener NONE = _ -> {};

    /// Called when the layer's attention has run, on the thread that runs the model.
    void attended(AttentionTrace trace);
}
