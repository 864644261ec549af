package heed.cli.bench.features;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.cli.bench.BenchShape;
import heed.cli.bench.LastLevelCache;
import heed.cli.bench.ShapeData;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;

/// Where one pair is measured, and what is held for it until the setting is closed.
final class Setting implements AutoCloseable {
    private final AttentionBackend backend;
    private final AttentionBackend reference;
    private final int threads;
    private final boolean quick;
    private final Deque<Runnable> closers = new ArrayDeque<>();

    Setting(AttentionBackend backend, AttentionBackend reference, int threads, boolean quick) {
        this.backend = backend;
        this.reference = reference;
        this.threads = threads;
        this.quick = quick;
    }

    AttentionBackend backend() {
        return backend;
    }

    AttentionBackend reference() {
        return reference;
    }

    PlanOptions options() {
        return PlanOptions.DEFAULT.withThreads(threads);
    }

    /// A plan of the backend.
    AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes) {
        AttentionPlan plan = backend.plan(spec, sizes, options());
        onClose(plan::close);
        return plan;
    }

    /// Tensors of `shape`; those of decode exceed the last-level cache four times, but for a quick look.
    ShapeData data(BenchShape shape) {
        ShapeData data = new ShapeData(shape, exceeded(quick));
        onClose(data::close);
        return data;
    }

    /// Bytes that the caches of a decode shape exceed together.
    static long exceeded(boolean quick) {
        return quick ? 0 : LastLevelCache.exceeded();
    }

    Arena arena() {
        Arena arena = Arena.ofShared();
        onClose(arena::close);
        return arena;
    }

    /// Keys as the backend prefers them, where pages of `pageLen` keys can lie so.
    KeyLayout layout(AttentionSpec spec, int pageLen) {
        KeyLayout preferred = backend.preferredKeyLayout(spec);
        return switch (preferred) {
            case KeyLayout.Rows _ -> preferred;
            case KeyLayout.Panels(int width) -> pageLen % width == 0 ? preferred : KeyLayout.rows();
        };
    }

    /// Does `closer` when this is closed, before what was named earlier.
    void onClose(Runnable closer) {
        closers.push(closer);
    }

    @Override
    public void close() {
        while (!closers.isEmpty()) {
            closers.pop().run();
        }
    }
}
