package heed.attention;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Stores keys and values in the pages of a storage, and reads them back.
final class KvWriter {
    private final KvStorage storage;
    private final KvShape shape;
    private final Optional<RotaryEmbedding> rotary;

    KvWriter(KvStorage storage, Optional<RotaryEmbedding> rotary) {
        this.storage = storage;
        this.rotary = rotary;
        shape = storage.shape();
        rotary.ifPresent(rotation -> Checks.require(
                rotation.rotaryDim() <= shape.headDim(),
                "rotaryDim must not be above headDim: rotaryDim=%d, headDim=%d",
                rotation.rotaryDim(),
                shape.headDim()));
    }

    /// Refuses what cannot be appended at `position`.
    void check(Tensor key, Tensor value, int position) {
        int len = key.rank() == 3 ? key.size(1) : 0;
        Door.shape("key", key, "[kvHeads, len, headDim]", shape.kvHeads(), len, shape.headDim());
        Door.shape("value", value, "[kvHeads, len, valueDim]", shape.kvHeads(), len, shape.valueDim());
        Door.floating("key", key);
        Door.floating("value", value);
        Door.readable("key", key);
        Door.readable("value", value);
        Door.apart("the cache's keys", storage.keys(), "key", key);
        Door.apart("the cache's values", storage.values(), "value", value);
        rotary.ifPresent(rotation -> rotation.checkPositions(position, len));
    }

    /// Stores keys and values `from … from + count` of the given ones as those from `at` on of `page`.
    void write(Tensor key, Tensor value, int from, int count, int page, int at, int position) {
        Tensor keys = batch(key).slice(2, from, from + count);
        if (rotary.isPresent()) {
            Tensor rotated = Tensor.of(
                    new double[shape.kvHeads() * count * shape.headDim()], 1, shape.kvHeads(), count, shape.headDim());
            rotary.get().rotate(keys, new int[] {position}, rotated);
            keys = rotated;
        }
        switch (shape.keyLayout()) {
            case KeyLayout.Rows _ -> writeRows(keys, storage.keys(), storage.keyScales(), page, at, count);
            case KeyLayout.Panels _ -> writePanels(keys, page, at, count);
        }
        writeRows(batch(value).slice(2, from, from + count), storage.values(), storage.valueScales(), page, at, count);
    }

    private void writeRows(Tensor rows, Tensor pages, Optional<Tensor> scales, int page, int at, int count) {
        Tensor target = pages.slice(0, page, page + 1).slice(2, at, at + count);
        if (shape.type().isQuantised()) {
            Quantiser.fill(
                    rows, target, scales.orElseThrow().slice(0, page, page + 1).slice(2, at, at + count));
        } else {
            copy(rows, target);
        }
    }

    private void writePanels(Tensor rows, int page, int at, int count) {
        int units = shape.type().unitsOf(shape.headDim());
        long bytes = (long) shape.kvHeads() * count * units * shape.type().bytes();
        Tensor stored = Tensor.of(
                java.lang.foreign.Arena.ofAuto().allocate(bytes, shape.type().bytes()),
                shape.type(),
                1,
                shape.kvHeads(),
                count,
                units);
        if (shape.type().isQuantised()) {
            Tensor scales = storage.keyScales().orElseThrow();
            Quantiser.fill(rows, stored, scales.slice(0, page, page + 1).slice(2, at, at + count));
        } else {
            copy(rows, stored);
        }
        KeyPanels.append(stored, storage.keys().slice(0, page, page + 1), at);
    }

    /// Copies whole page `from` to `to`.
    void copyPage(int from, int to) {
        copyPage(storage.keys(), from, to);
        copyPage(storage.values(), from, to);
        storage.keyScales().ifPresent(scales -> copyPage(scales, from, to));
        storage.valueScales().ifPresent(scales -> copyPage(scales, from, to));
    }

    private static void copyPage(Tensor pages, int from, int to) {
        copy(pages.slice(0, from, from + 1), pages.slice(0, to, to + 1));
    }

    void readKey(int page, int head, int j, double[] row) {
        switch (shape.keyLayout()) {
            case KeyLayout.Rows _ ->
                read(storage.keys(), rowAt(storage.keys(), page, head, j), storage.keyScales(), page, head, j, row);
            case KeyLayout.Panels(int width) -> {
                Tensor keys = storage.keys();
                long at = rowAt(keys, page, head, j / width) + j % width * keys.stride(4);
                read(keys, at, storage.keyScales(), page, head, j, row);
            }
        }
    }

    void readValue(int page, int head, int j, double[] row) {
        read(storage.values(), rowAt(storage.values(), page, head, j), storage.valueScales(), page, head, j, row);
    }

    private static void read(Tensor tensor, long at, Optional<Tensor> scales, int page, int head, int j, double[] row) {
        if (scales.isEmpty()) {
            StoredRows.read(tensor, at, tensor.stride(3), row);
        } else {
            Tensor scale = scales.get();
            StoredRows.readScaled(tensor, at, tensor.stride(3), scale, rowAt(scale, page, head, j), row);
        }
    }

    private static long rowAt(Tensor tensor, int page, int head, int row) {
        return tensor.offset() + page * tensor.stride(0) + head * tensor.stride(1) + row * tensor.stride(2);
    }

    /// With an axis of size 1 in front.
    private static Tensor batch(Tensor tensor) {
        return Tensor.strided(
                tensor.segment(),
                tensor.type(),
                tensor.offset(),
                new int[] {1, tensor.size(0), tensor.size(1), tensor.size(2)},
                new long[] {0, tensor.stride(0), tensor.stride(1), tensor.stride(2)});
    }

    /// Copies elements, converted; rows of one type that lie together as they are.
    private static void copy(Tensor from, Tensor to) {
        if (!from.isEmpty()) {
            copy(from, from.offset(), to, to.offset(), 0);
        }
    }

    private static void copy(Tensor from, long fromAt, Tensor to, long toAt, int axis) {
        int size = from.size(axis);
        if (axis == from.rank() - 1) {
            copyRow(from, fromAt, to, toAt, size);
            return;
        }
        for (int n = 0; n < size; n++) {
            copy(from, fromAt + n * from.stride(axis), to, toAt + n * to.stride(axis), axis + 1);
        }
    }

    private static void copyRow(Tensor from, long fromAt, Tensor to, long toAt, int size) {
        int last = from.rank() - 1;
        int bytes = from.type().bytes();
        if (from.type() == to.type() && from.stride(last) == bytes && to.stride(last) == bytes) {
            MemorySegment.copy(from.segment(), fromAt, to.segment(), toAt, (long) size * bytes);
            return;
        }
        for (int d = 0; d < size; d++) {
            double element = from.type().read(from.segment(), fromAt + d * from.stride(last));
            to.type().write(to.segment(), toAt + d * to.stride(last), element);
        }
    }
}
