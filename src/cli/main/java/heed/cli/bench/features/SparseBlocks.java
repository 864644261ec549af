package heed.cli.bench.features;

import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.Mask;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import heed.cli.bench.Computation;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/// A block mask of which each row of blocks shows an equal share, chosen at random.
final class SparseBlocks {
    private final int block;
    private final int columns;
    private final byte[] seen;

    /// @param block rows and keys of a block
    /// @param share of the blocks that are seen; at least one in each row is
    SparseBlocks(int len, int block, double share) {
        this.block = block;
        columns = Math.ceilDiv(len, block);
        seen = new byte[columns * columns];
        SplittableRandom random = new SplittableRandom(columns);
        double due = 0;
        for (int row = 0; row < columns; row++) {
            // The remainder goes to the next row, so that the whole has the share.
            due += share * columns;
            int count = Math.clamp((int) due, 1, columns);
            due -= count;
            show(row, count, random);
        }
    }

    private void show(int row, int count, SplittableRandom random) {
        for (int shown = 0; shown < count; ) {
            int at = row * columns + random.nextInt(columns);
            if (seen[at] == 0) {
                seen[at] = 1;
                shown++;
            }
        }
    }

    /// `shape` under this mask.
    Computation of(BenchShape shape) {
        Tensor whole = mask(seen, 1, columns);
        return new Computation(
                shape.spec(KeyLayout.rows()).toBuilder()
                        .mask(Mask.blockTensor(block, block))
                        .build(),
                (_, position, key, score) ->
                        seen[position / block * columns + key / block] > 0 ? score : Float.NEGATIVE_INFINITY,
                arguments -> arguments.blockMask(whole),
                (arguments, rows) -> arguments.blockMask(sampled(rows)));
    }

    /// For rows that are sequences of their own: of each its row of blocks.
    private Tensor sampled(int[] rows) {
        byte[] theirs = new byte[rows.length * columns];
        for (int n = 0; n < rows.length; n++) {
            System.arraycopy(seen, rows[n] / block * columns, theirs, n * columns, columns);
        }
        return mask(theirs, rows.length, 1);
    }

    private Tensor mask(byte[] blocks, int batch, int rows) {
        return Tensor.of(MemorySegment.ofArray(blocks), ElementType.BOOL, batch, 1, rows, columns);
    }
}
