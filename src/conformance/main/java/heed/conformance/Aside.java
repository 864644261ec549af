package heed.conformance;

import heed.attention.AttentionArguments;
import heed.attention.Tensor;
import java.util.Optional;

/// The tensors of a [Problem] that not every spec has.
record Aside(
        Optional<Tensor> keyScale,
        Optional<Tensor> valueScale,
        Optional<Tensor> mask,
        Optional<Tensor> bias,
        Optional<Tensor> sink) {

    Aside withScales(Optional<Tensor> ofKeys, Optional<Tensor> ofValues) {
        return new Aside(ofKeys, ofValues, mask, bias, sink);
    }

    Aside withMask(Tensor given) {
        return new Aside(keyScale, valueScale, Optional.of(given), bias, sink);
    }

    Aside withBias(Tensor given) {
        return new Aside(keyScale, valueScale, mask, Optional.of(given), sink);
    }

    Aside withSink(Tensor given) {
        return new Aside(keyScale, valueScale, mask, bias, Optional.of(given));
    }

    /// Adds them to `arguments`.
    void giveTo(AttentionArguments arguments) {
        keyScale.ifPresent(arguments::keyScale);
        valueScale.ifPresent(arguments::valueScale);
        mask.ifPresent(arguments::mask);
        bias.ifPresent(arguments::bias);
        sink.ifPresent(arguments::sink);
    }
}
