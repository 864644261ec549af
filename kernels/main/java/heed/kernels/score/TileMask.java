package heed.kernels.score;

import heed.attention.AttentionCall;
import heed.attention.Mask;
import heed.attention.MaskRows;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;

/// Which tiles of pairs a mask leaves empty, which it shows whole. Made once for a plan.
public final class TileMask {
    private final Mask mask;
    private final boolean skips;
    private final Map<Mask, RowProgram> programs = new IdentityHashMap<>();

    TileMask(Mask mask) {
        this.mask = mask;
        boolean beyondIntervals = false;
        for (Mask leaf : mask.leaves()) {
            if (leaf instanceof Mask.Expression(var condition, var interval)) {
                programs.put(leaf, RowProgram.of(condition));
                beyondIntervals |= !interval.isExact();
            }
        }
        skips = mask.has(Mask.BlockTensor.class)
                || beyondIntervals
                || mask.parts().stream().anyMatch(part -> part instanceof Mask.Or);
    }

    /// Whether it can tell more than the intervals of rows do.
    public boolean skips() {
        return skips;
    }

    /// For one thread.
    public Ranges newRanges() {
        return new Ranges();
    }

    /// What a thread needs to judge tiles.
    public final class Ranges {
        private final Map<Mask, RangeProgram> ranges = new IdentityHashMap<>();

        /// The tile to judge.
        public final TileRange tile = new TileRange();

        private Ranges() {
            programs.forEach((leaf, program) -> ranges.put(leaf, new RangeProgram(program)));
        }

        /// Whether no pair of the tile is seen.
        public boolean isEmpty(AttentionCall call) {
            return of(mask, call) == Coverage.EMPTY;
        }

        /// Whether every pair of the tile is.
        public boolean isFull(AttentionCall call) {
            return of(mask, call) == Coverage.FULL;
        }

        private Coverage of(Mask part, AttentionCall call) {
            return switch (part) {
                case Mask.None _, Mask.Alibi _ -> Coverage.FULL;
                case Mask.Causal _, Mask.SlidingWindow _, Mask.FirstKeys _ -> interval(part, call);
                case Mask.BooleanTensor _, Mask.AdditiveTensor _, Mask.Tree _ -> Coverage.PARTIAL;
                case Mask.BlockTensor(int queryBlock, int keyBlock) -> blocks(call, queryBlock, keyBlock);
                case Mask.Expression _ ->
                    Objects.requireNonNull(ranges.get(part)).of(call, tile);
                case Mask.And(var parts) -> {
                    Coverage all = Coverage.FULL;
                    for (int n = 0; n < parts.size(); n++) {
                        all = all.and(of(parts.get(n), call));
                    }
                    yield all;
                }
                case Mask.Or(var choices) -> {
                    Coverage any = Coverage.EMPTY;
                    for (int n = 0; n < choices.size(); n++) {
                        any = any.or(of(choices.get(n), call));
                    }
                    yield any;
                }
            };
        }

        /// Intervals move with the position, both ends never back.
        private Coverage interval(Mask part, AttentionCall call) {
            int kvLen = call.kvLen(tile.b);
            int leastFirst = part.firstKey(tile.firstPosition);
            int mostFirst = part.firstKey(tile.lastPosition);
            int leastEnd = part.endKey(tile.firstPosition, kvLen);
            int mostEnd = part.endKey(tile.lastPosition, kvLen);
            if (tile.lastKey < leastFirst || tile.firstKey >= mostEnd) {
                return Coverage.EMPTY;
            }
            return tile.firstKey >= mostFirst && tile.lastKey < leastEnd ? Coverage.FULL : Coverage.PARTIAL;
        }

        private Coverage blocks(AttentionCall call, int queryBlock, int keyBlock) {
            MaskRows rows = call.blockMask();
            boolean some = false;
            boolean all = true;
            for (int h = tile.firstHead; h <= tile.lastHead; h++) {
                for (int i = tile.firstRow / queryBlock; i <= tile.lastRow / queryBlock; i++) {
                    for (int j = tile.firstKey / keyBlock; j <= tile.lastKey / keyBlock; j++) {
                        boolean seen = j < rows.columns() && rows.element(tile.b, h, i, j) != 0;
                        some |= seen;
                        all &= seen;
                    }
                }
            }
            return all ? Coverage.FULL : some ? Coverage.PARTIAL : Coverage.EMPTY;
        }
    }
}
