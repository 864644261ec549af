package heed.model;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.UnsupportedSpecException;
import heed.model.transformer.LlamaDecoder;
import heed.model.weights.LlamaShape;

/// The attention of a model on the backend that computes it: its strictest promise, its preferred layout of
/// keys.
///
/// @param backend its name
/// @param spec one that it supports
record LlamaSpec(String backend, AttentionSpec spec) {
    /// Chooses as the door would for the plainest spec, so that a backend is never passed over for its promise.
    ///
    /// @throws heed.attention.BackendUnavailableException if the backend named is not there
    /// @throws UnsupportedSpecException if no backend computes it
    static LlamaSpec choose(Attention attention, LlamaShape shape, PlanOptions options) {
        AttentionSpec plain = LlamaDecoder.spec(shape, Determinism.DEFAULT);
        try (AttentionPlan plan = attention.plan(plain, new AttentionSizes(1, 1, 1), options)) {
            return of(attention.backend(plan.backend()), shape, plain);
        }
    }

    private static LlamaSpec of(AttentionBackend backend, LlamaShape shape, AttentionSpec plain) {
        AttentionSpec strict = LlamaDecoder.spec(shape, Determinism.BITWISE);
        AttentionSpec spec = backend.support(strict) instanceof Support.Supported ? strict : plain;
        return new LlamaSpec(backend.name(), withLayout(spec, backend.preferredKeyLayout(spec)));
    }

    /// Panels, if whole ones fill a page.
    private static AttentionSpec withLayout(AttentionSpec spec, KeyLayout layout) {
        return switch (layout) {
            case KeyLayout.Rows _ -> spec;
            case KeyLayout.Panels(int width) ->
                LlamaDecoder.PAGE_LEN % width == 0
                        ? spec.toBuilder().keyLayout(layout).build()
                        : spec;
        };
    }
}
