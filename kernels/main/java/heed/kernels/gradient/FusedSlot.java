package heed.kernels.gradient;

import heed.attention.AttentionSpec;
import heed.attention.GradientCall;
import heed.kernels.score.ScoreSteps;

/// By tiles, in f32.
final class FusedSlot implements SlotGradient {
    private final AttentionSpec spec;
    private final SlotKeys keys;
    private final GradientTile tile;

    FusedSlot(AttentionSpec spec, int kvLen, ScoreSteps steps, GradientKernels kernels) {
        this.spec = spec;
        keys = new SlotKeys(spec, kvLen);
        tile = new GradientTile(spec, steps, kernels);
    }

    @Override
    public long bytes() {
        return keys.bytes() + tile.bytes();
    }

    @Override
    public void run(GradientCall call, int b, int kvHead, double[] sinks) {
        keys.load(call.forward(), b, kvHead);
        int rows = call.forward().queryLen(b) * spec.groupSize();
        for (int first = 0; first < rows; first += GradientTile.ROWS) {
            call.forward().checkCancelled();
            tile.run(call, b, kvHead, first, keys, sinks);
        }
        keys.store(call, b, kvHead, (float) spec.softmaxScale());
    }
}
