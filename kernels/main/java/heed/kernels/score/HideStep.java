package heed.kernels.score;

import heed.attention.AttentionCall;
import heed.attention.Mask;
import heed.attention.MaskRows;
import heed.kernels.tile.RowFunctions;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Makes −∞ of the scores that a mask hides, all but those that additive tensors hide.
sealed interface HideStep extends RowStep {
    float HIDDEN = Float.NEGATIVE_INFINITY;

    /// Hides `s[at + n]` for the columns `n` of `row` that the mask hides.
    void hide(AttentionCall call, RowScores row, float[] s, int at);

    @Override
    default void apply(AttentionCall call, RowScores row) {
        if (!row.isCovered) {
            hide(call, row, row.s, row.at);
        }
    }

    /// What lies outside an interval.
    record Interval(Mask mask) implements HideStep {
        @Override
        public void hide(AttentionCall call, RowScores row, float[] s, int at) {
            int first = Math.clamp(mask.firstKey(row.position) - (long) row.origin, row.first, row.last);
            int end = mask.endKey(row.position, call.kvLen(row.b));
            int last = Math.clamp(end - (long) row.origin, first, row.last);
            Arrays.fill(s, at + row.first, at + first, HIDDEN);
            Arrays.fill(s, at + last, at + row.last, HIDDEN);
        }
    }

    /// Where the boolean tensor is false.
    record Tensor() implements HideStep {
        @Override
        public void hide(AttentionCall call, RowScores row, float[] s, int at) {
            MaskRows rows = call.mask();
            int end = Math.clamp(rows.columns() - (long) row.origin, row.first, row.last);
            long rowAt = rows.rowAt(row.b, row.head, row.i) + row.origin * rows.keyStride();
            for (int n = row.first; n < end; n++) {
                if (rows.segment().get(ValueLayout.JAVA_BYTE, rowAt + n * rows.keyStride()) == 0) {
                    s[at + n] = HIDDEN;
                }
            }
            Arrays.fill(s, at + end, at + row.last, HIDDEN);
        }
    }

    /// Where the tensor of blocks is false.
    record Blocks(int queryBlock, int keyBlock) implements HideStep {
        @Override
        public void hide(AttentionCall call, RowScores row, float[] s, int at) {
            MaskRows rows = call.blockMask();
            for (int n = row.first; n < row.last; ) {
                int block = (row.origin + n) / keyBlock;
                int end = (int) Math.min(row.last, (block + 1L) * keyBlock - row.origin);
                boolean seen = block < rows.columns() && rows.element(row.b, row.head, row.i / queryBlock, block) != 0;
                if (!seen) {
                    Arrays.fill(s, at + n, at + end, HIDDEN);
                }
                n = end;
            }
        }
    }

    /// Drafts that are on another branch.
    record Tree() implements HideStep {
        @Override
        public void hide(AttentionCall call, RowScores row, float[] s, int at) {
            for (int n = row.first; n < row.last; n++) {
                if (!call.treeSees(row.b, row.i, row.origin + n)) {
                    s[at + n] = HIDDEN;
                }
            }
        }
    }

    /// Where an expression does not hold.
    record Condition(RowProgram program) implements HideStep {
        @Override
        public void hide(AttentionCall call, RowScores row, float[] s, int at) {
            float[] holds = program.run(call, row);
            if (row.lacksElements || row.leftRange) {
                decide(call, row, s, at);
            } else {
                RowFunctions.hide(holds, row.from, s, at + row.from, row.to - row.from);
            }
        }

        /// By the whole mask's definition, which does not look at the condition where another part hides.
        private static void decide(AttentionCall call, RowScores row, float[] s, int at) {
            for (int n = row.first; n < row.last; n++) {
                if (!call.pairs().sees(row.b, row.head, row.i, row.origin + n)) {
                    s[at + n] = HIDDEN;
                }
            }
        }
    }

    /// What all of several masks hide: each hides on a row of its own.
    ///
    /// @param parts conjunctions, each a list
    /// @param choice number of the row
    record Either(java.util.List<java.util.List<HideStep>> parts, int choice) implements HideStep {
        @Override
        public void hide(AttentionCall call, RowScores row, float[] s, int at) {
            float[] seen = row.choices[choice];
            float[] one = row.choices[choice + 1];
            Arrays.fill(seen, row.from, row.to, 0);
            for (int n = 0; n < parts.size(); n++) {
                Arrays.fill(one, row.from, row.to, 1);
                for (int m = 0; m < parts.get(n).size(); m++) {
                    parts.get(n).get(m).hide(call, row, one, 0);
                }
                RowFunctions.max(seen, one, seen, row.from, row.to);
            }
            RowFunctions.hide(seen, row.from, s, at + row.from, row.to - row.from);
        }
    }
}
