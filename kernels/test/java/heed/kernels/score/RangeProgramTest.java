package heed.kernels.score;

import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionArguments;
import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.Mask;
import heed.attention.MaskExpression;
import heed.attention.QueryAlignment;
import heed.attention.ScoreExpression;
import heed.attention.Tensor;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A tile is left out, or taken whole, only if the definition says so of each of its pairs.
final class RangeProgramTest {
    private static final int LEN = 400;

    private record Nothing() implements CheckedPlan.Workspace {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /// What `seen` is for the tile of the positions and keys named, ends included, handed to `check` with its
    /// call.
    private static void with(MaskExpression seen, Consumer<AttentionCall> check) {
        AttentionSpec spec = AttentionSpec.builder(1, 1)
                .mask(Mask.expression(seen))
                .alignment(QueryAlignment.TOP_LEFT)
                .build();
        Tensor rows = Tensor.of(new float[LEN], 1, 1, LEN, 1);
        try (CheckedPlan<Nothing> plan =
                new CheckedPlan<>("looking", spec, new AttentionSizes(1, LEN, LEN), 1, Nothing::new) {
                    @Override
                    protected void execute(AttentionCall call, Nothing workspace) {
                        check.accept(call);
                    }
                }) {
            Tensor output = Tensor.of(new float[LEN], 1, 1, LEN, 1);
            plan.run(new AttentionArguments().query(rows).key(rows).value(rows).output(output));
        }
    }

    private static Coverage of(MaskExpression seen, AttentionCall call, int row, int lastRow, int key, int lastKey) {
        TileRange tile = new TileRange();
        tile.rows(0, 0, 0, row, lastRow, 0);
        tile.keys(key, lastKey);
        return new RangeProgram(RowProgram.of(seen)).of(call, tile);
    }

    private static void assertCovers(
            Coverage expected, MaskExpression seen, int row, int lastRow, int key, int lastKey) {
        with(seen, call -> assertEquals(expected, of(seen, call, row, lastRow, key, lastKey), seen::toString));
    }

    /// From `e⁻⁸⁷` down f32 has 0, which the definition has not.
    @Test
    void exponentialsBelowTheRangeAreNotNought() {
        MaskExpression some = constant(0).lessThan(keyPosition().negate().exp());
        assertCovers(Coverage.FULL, some, 0, 0, 0, 87);
        assertCovers(Coverage.PARTIAL, some, 0, 0, 80, 95);
        assertCovers(Coverage.PARTIAL, some, 0, 0, 100, 120);
    }

    /// From `e⁸⁸` up it has ∞, which is not below ∞.
    @Test
    void exponentialsAboveTheRangeAreNotInfinite() {
        MaskExpression finite = keyPosition().exp().lessThan(constant(Double.POSITIVE_INFINITY));
        assertCovers(Coverage.FULL, finite, 0, 0, 0, 87);
        assertCovers(Coverage.PARTIAL, finite, 0, 0, 80, 95);
        assertCovers(Coverage.PARTIAL, finite, 0, 0, 100, 120);
        assertCovers(Coverage.FULL, constant(1e38).lessThan(keyPosition().exp()), 0, 0, 89, 200);
    }

    /// Within the intervals of two infinite ends lies ∞ − ∞, of which every comparison is false.
    @Test
    void whatMayBeNanIsNeverCertain() {
        ScoreExpression difference = keyPosition().exp().minus(queryPosition().exp());
        MaskExpression most = difference.min(constant(5)).atMost(constant(5));
        assertCovers(Coverage.PARTIAL, most, 100, 120, 100, 120);
        assertCovers(Coverage.FULL, most, 10, 20, 10, 20);
        ScoreExpression logarithm = keyPosition().minus(constant(50)).log();
        assertCovers(Coverage.PARTIAL, logarithm.max(constant(1)).atMost(constant(9)), 0, 0, 0, 99);
        assertCovers(Coverage.FULL, logarithm.max(constant(1)).atMost(constant(9)), 0, 0, 51, 99);
    }

    /// Random conditions, each with tiles of every size at random places: the definition, pair by pair.
    @Test
    void coverageIsTheDefinitions() {
        Random random = new Random(191);
        int[] certain = {0};
        for (int n = 0; n < 400; n++) {
            MaskExpression seen = value(random, 3).lessThan(value(random, 3));
            with(seen, call -> {
                for (int m = 0; m < 8; m++) {
                    certain[0] += checkTile(seen, call, random) ? 1 : 0;
                }
            });
        }
        assertTrue(certain[0] > 400, "too few tiles were certain to say anything: " + certain[0]);
    }

    private static boolean checkTile(MaskExpression seen, AttentionCall call, Random random) {
        int row = random.nextInt(LEN - 20);
        int lastRow = row + random.nextInt(20);
        int key = random.nextInt(LEN - 20);
        int lastKey = key + random.nextInt(20);
        Coverage coverage = of(seen, call, row, lastRow, key, lastKey);
        for (int i = row; coverage != Coverage.PARTIAL && i <= lastRow; i++) {
            for (int j = key; j <= lastKey; j++) {
                int pair = j;
                assertFalse(
                        call.pairs().sees(0, 0, i, j) != (coverage == Coverage.FULL),
                        () -> "%s of rows from %d and key %d: %s".formatted(coverage, row, pair, seen));
            }
        }
        return coverage != Coverage.PARTIAL;
    }

    private static ScoreExpression value(Random random, int depth) {
        if (depth == 0) {
            return switch (random.nextInt(3)) {
                case 0 -> queryPosition();
                case 1 -> keyPosition();
                default -> constant(random.nextInt(-200, 200));
            };
        }
        ScoreExpression x = value(random, depth - 1);
        return switch (random.nextInt(10)) {
            case 0 -> x.exp();
            case 1 -> x.log();
            case 2 -> x.tanh();
            case 3 -> x.abs();
            case 4 -> x.negate();
            case 5 -> x.plus(value(random, depth - 1));
            case 6 -> x.minus(value(random, depth - 1));
            case 7 -> x.times(value(random, depth - 1));
            case 8 -> x.dividedBy(value(random, depth - 1)).floor();
            default -> x.min(value(random, depth - 1)).max(value(random, depth - 1));
        };
    }
}
