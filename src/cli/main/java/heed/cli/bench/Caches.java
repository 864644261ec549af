package heed.cli.bench;

import heed.attention.KeyLayout;
import heed.attention.KeyPanels;
import heed.attention.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Caches of one key layout: the first as it is, the others with its heads, or its sequences, moved on by one each.
/// Moving takes a tenth of the time that noise would.
final class Caches implements AutoCloseable {
    private final Memory memory = new Memory();
    private final KeyLayout layout;
    private final List<KeyValue> all = new ArrayList<>();

    /// Makes `count` caches of `first`, whose keys are in rows.
    Caches(BenchShape shape, KeyValue first, KeyLayout layout, long count) {
        this.layout = layout;
        KeyValue source = switch (layout) {
            case KeyLayout.Rows _ -> first;
            case KeyLayout.Panels panels -> new KeyValue(inPanels(first.key(), panels), first.value());
        };
        all.add(source);
        int parts = shape.batch() == 1 ? shape.kvHeads() : shape.batch();
        for (int n = 1; n < count; n++) {
            int turn = n;
            all.add(new KeyValue(
                    source.key().each(tensor -> memory.moved(tensor, turn, parts)),
                    source.value().each(tensor -> memory.moved(tensor, turn, parts))));
        }
    }

    private Stored inPanels(Stored keys, KeyLayout.Panels layout) {
        Tensor rows = keys.elements();
        Tensor panels =
                memory.tensor(rows.type(), 1, rows.size(1), layout.count(rows.size(2)), rows.size(3), layout.width());
        KeyPanels.fill(rows, panels);
        return new Stored(panels, keys.scale());
    }

    KeyLayout layout() {
        return layout;
    }

    List<KeyValue> all() {
        return all;
    }

    @Override
    public void close() {
        memory.close();
    }
}
