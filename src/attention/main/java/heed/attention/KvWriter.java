package heed.attention;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Stores keys and values in the pages of a storage, and reads them back. Writing is for one thread at a time,
/// reading for any.
final class KvWriter {
    private final KvStorage storage;
    private final KvShape shape;
    private final @Nullable RotaryEmbedding rotary;
    private final PageRows keys;
    private final PageRows values;

    KvWriter(KvStorage storage, Optional<RotaryEmbedding> rotary) {
        this.storage = storage;
        this.rotary = rotary.orElse(null);
        shape = storage.shape();
        keys = PageRows.keys(storage);
        values = PageRows.values(storage);
        rotary.ifPresent(rotation -> Checks.require(
                rotation.rotaryDim() <= shape.headDim(),
                "rotaryDim must not be above headDim: rotaryDim=%d, headDim=%d",
                rotation.rotaryDim(),
                shape.headDim()));
    }

    /// Refuses what cannot be appended at `position`; what it lets pass, [#write] stores without fail.
    void check(Tensor key, Tensor value, int position) {
        int len = key.rank() == 3 ? key.size(1) : 0;
        Door.shape("key", key, "[kvHeads, len, headDim]", shape.kvHeads(), len, shape.headDim());
        Door.shape("value", value, "[kvHeads, len, valueDim]", shape.kvHeads(), len, shape.valueDim());
        checkGiven("key", key);
        checkGiven("value", value);
        Door.writable("the cache's keys", storage.keys());
        Door.writable("the cache's values", storage.values());
        if (storage.keyScales().isPresent()) {
            Door.writable("the cache's keyScales", storage.keyScales().get());
            Door.writable("the cache's valueScales", storage.valueScales().orElseThrow());
        }
        if (rotary != null) {
            rotary.checkPositions(position, len);
        }
    }

    private void checkGiven(String name, Tensor given) {
        Door.floating(name, given);
        Door.readable(name, given);
        Door.apart("the cache's keys", storage.keys(), name, given);
        Door.apart("the cache's values", storage.values(), name, given);
        if (storage.keyScales().isPresent()) {
            Door.apart("the cache's keyScales", storage.keyScales().get(), name, given);
            Door.apart("the cache's valueScales", storage.valueScales().orElseThrow(), name, given);
        }
    }

    /// Stores keys and values `from … from + count` of the given ones as those from `at` on of `page`.
    void write(Tensor key, Tensor value, int from, int count, int page, int at, int position) {
        for (int head = 0; head < shape.kvHeads(); head++) {
            for (int n = 0; n < count; n++) {
                writeKey(key, rowAt(key, head, from + n), page, head, at + n, position + n);
                values.write(value, rowAt(value, head, from + n), page, head, at + n);
            }
        }
    }

    private void writeKey(Tensor key, long from, int page, int head, int j, int position) {
        if (rotary == null) {
            keys.write(key, from, page, head, j);
        } else {
            StoredRows.read(key, from, key.stride(2), keys.staged());
            rotary.rotate(keys.staged(), position);
            keys.writeStaged(page, head, j);
        }
    }

    private static long rowAt(Tensor tensor, int head, int j) {
        return tensor.offset() + head * tensor.stride(0) + j * tensor.stride(1);
    }

    /// Copies the first `count` keys and values of page `from` to page `to`.
    void copyPage(int from, int to, int count) {
        keys.copy(from, to, count);
        values.copy(from, to, count);
    }

    void readKey(int page, int head, int j, double[] row) {
        checkRow(head, row, shape.headDim());
        keys.read(page, head, j, row);
    }

    void readValue(int page, int head, int j, double[] row) {
        checkRow(head, row, shape.valueDim());
        values.read(page, head, j, row);
    }

    private void checkRow(int head, double[] row, int dim) {
        if (head < 0 || head >= shape.kvHeads() || row.length != dim) {
            throw Checks.refusal(
                    "head must be below %d and row have %d elements: head=%d, elements=%d",
                    shape.kvHeads(), dim, head, row.length);
        }
    }
}
