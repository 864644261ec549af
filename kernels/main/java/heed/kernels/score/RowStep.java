package heed.kernels.score;

import heed.attention.AttentionCall;
import heed.attention.Mask;
import heed.attention.MaskRows;
import heed.kernels.tile.RowFunctions;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// One step of the scores of a row.
sealed interface RowStep permits RowStep.Softcap, RowStep.Shape, RowStep.Guard, RowStep.Alibi, RowStep.Add, HideStep {
    void apply(AttentionCall call, RowScores row);

    /// `cap · tanh(score / cap)`
    record Softcap(float cap) implements RowStep {
        @Override
        public void apply(AttentionCall call, RowScores row) {
            RowFunctions.tanh(row.s, row.at + row.from, 1 / cap, cap, row.s, row.at + row.from, row.to - row.from);
        }
    }

    /// The score expression.
    record Shape(RowProgram program) implements RowStep {
        @Override
        public void apply(AttentionCall call, RowScores row) {
            System.arraycopy(row.s, row.at + row.from, row.before, row.from, row.to - row.from);
            float[] value = program.run(call, row);
            row.shapeLeftRange = row.leftRange;
            System.arraycopy(value, row.from, row.s, row.at + row.from, row.to - row.from);
        }
    }

    /// Refuses a number that the score expression made NaN of, or in f32 alone something infinite, where the
    /// key is seen.
    record Guard() implements RowStep {
        @Override
        public void apply(AttentionCall call, RowScores row) {
            if (row.shapeLeftRange) {
                for (int n = row.first; n < row.last; n++) {
                    if (Float.isInfinite(row.s[row.at + n])) {
                        call.pairs().refuseInfinite(row.b, row.head, row.i, row.origin + n, row.before[n]);
                    }
                }
            }
            if (RowFunctions.hasNan(row.s, row.at + row.first, row.at + row.last)) {
                for (int n = row.first; n < row.last; n++) {
                    if (Float.isNaN(row.s[row.at + n])) {
                        call.pairs().refuseNan(row.b, row.head, row.i, row.origin + n, row.before[n]);
                    }
                }
            }
        }
    }

    /// `slope · (j − p)`, or `−slope · |p − j|`.
    record Alibi(Mask.AlibiForm form) implements RowStep {
        @Override
        public void apply(AttentionCall call, RowScores row) {
            float slope = (float) call.alibiSlope(row.head);
            boolean symmetric = form == Mask.AlibiForm.SYMMETRIC;
            RowFunctions.addSlope(
                    row.s,
                    row.at + row.from,
                    row.to - row.from,
                    symmetric ? -slope : slope,
                    row.origin + row.from - row.position,
                    symmetric);
        }
    }

    /// The additive tensor. −∞ hides. A finite bias keeps its row from being empty: a sum that would pass the
    /// float range stays at its end.
    record Add() implements RowStep {
        @Override
        public void apply(AttentionCall call, RowScores row) {
            MaskRows rows = call.bias();
            float[] s = row.s;
            int end = Math.clamp(rows.columns() - (long) row.origin, row.first, row.last);
            long at = rows.rowAt(row.b, row.head, row.i) + row.origin * rows.keyStride();
            boolean plain = rows.type() == heed.attention.ElementType.F32;
            for (int n = row.first; n < end; n++) {
                long element = at + n * rows.keyStride();
                double bias = plain
                        ? rows.segment().get(ValueLayout.JAVA_FLOAT, element)
                        : rows.type().read(rows.segment(), element);
                boolean hidden = bias == Double.NEGATIVE_INFINITY || s[row.at + n] == Float.NEGATIVE_INFINITY;
                s[row.at + n] = hidden ? Float.NEGATIVE_INFINITY : finite(s[row.at + n] + bias);
            }
            Arrays.fill(s, row.at + end, row.at + row.last, Float.NEGATIVE_INFINITY);
        }

        /// `sum` as a float, infinities replaced by the largest numbers unless a score or bias was infinite; NaN
        /// stays.
        private static float finite(double sum) {
            return Double.isInfinite(sum) ? (float) sum : (float) Math.clamp(sum, -Float.MAX_VALUE, Float.MAX_VALUE);
        }
    }
}
