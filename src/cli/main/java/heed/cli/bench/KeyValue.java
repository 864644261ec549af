package heed.cli.bench;

import heed.attention.AttentionArguments;

/// Keys and values of all sequences of a shape: one cache.
///
/// @param key `[1, kvHeads, batch · kvLen, headDim]`, or in panels
/// @param value `[1, kvHeads, batch · kvLen, headDim]`
public record KeyValue(Stored key, Stored value) {
    /// Hands them to a run.
    public AttentionArguments giveTo(AttentionArguments arguments) {
        key.scale().ifPresent(arguments::keyScale);
        value.scale().ifPresent(arguments::valueScale);
        return arguments.key(key.elements()).value(value.elements());
    }

    /// Rows `from` to `to` of each head.
    public KeyValue slice(int from, int to) {
        return new KeyValue(key.slice(from, to), value.slice(from, to));
    }

    /// The same `times` times over, as sequences of a batch.
    public KeyValue repeated(int times) {
        return new KeyValue(key.repeated(times), value.repeated(times));
    }
}
