package heed.kernels.score;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.kernels.tile.RowFunctions;
import java.util.Arrays;
import java.util.Optional;

/// How much the scores that the softmax sees change with the products: the derivative of softcap and score
/// expression. One for each thread.
public final class ScoreSlopes {
    private final float cap;
    private final Optional<RowProgram> derivative;
    private final RowScores row;
    private final float[] capped;

    /// Those of `spec`, for blocks of up to 192 keys.
    public ScoreSlopes(AttentionSpec spec) {
        cap = (float) spec.softcap();
        derivative = spec.score().map(score -> RowProgram.of(score.derivative()));
        int keys = 256;
        row = new RowScores(derivative.map(program -> program.nodes().size()).orElse(0), 0, areOne() ? 0 : keys);
        capped = new float[areOne() ? 0 : keys];
    }

    /// Whether products are scores but for summands.
    public boolean areOne() {
        return cap == 0 && derivative.isEmpty();
    }

    /// Bytes held.
    public long bytes() {
        return row.bytes() + (long) Float.BYTES * capped.length;
    }

    /// The slopes at the scaled products of `products`, by columns.
    public void run(AttentionCall call, RowScores products, float[] slope) {
        if (areOne()) {
            return;
        }
        int from = products.from;
        int to = products.to;
        Arrays.fill(slope, from, to, 1);
        System.arraycopy(products.s, products.at + from, capped, from, to - from);
        if (cap != 0) {
            RowFunctions.tanh(capped, from, 1 / cap, 1, capped, from, to - from);
            for (int n = from; n < to; n++) {
                slope[n] = 1 - capped[n] * capped[n];
                capped[n] *= cap;
            }
        }
        if (derivative.isPresent()) {
            row.copyPlace(products, capped);
            RowFunctions.multiply(slope, derivative.get().run(call, row), slope, from, to);
        }
    }
}
