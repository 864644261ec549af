package heed.cli.bench.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.cli.bench.BenchShape;
import heed.cli.bench.PairScore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The random block mask has the share it is asked for, the same each time, and no empty row.
final class SparseBlocksTest {
    @ParameterizedTest
    @CsvSource({"1024, 16, 0.1", "640, 16, 0.25", "100, 16, 0.01"})
    void theShareIsEvenlySpread(int len, int block, double share) {
        BenchShape shape = BenchShape.parse("1/1,%d/%d,8".formatted(len, len));
        PairScore mask = new SparseBlocks(len, block, share).of(shape).score();
        PairScore same = new SparseBlocks(len, block, share).of(shape).score();
        int blocks = Math.ceilDiv(len, block);
        int seen = 0;
        for (int row = 0; row < blocks; row++) {
            int ofRow = 0;
            for (int column = 0; column < blocks; column++) {
                boolean shown = mask.of(0, row * block, column * block, 0) == 0;
                assertEquals(shown, same.of(0, row * block, column * block, 0) == 0);
                ofRow += shown ? 1 : 0;
            }
            assertTrue(ofRow >= 1 && Math.abs(ofRow - Math.max(1, share * blocks)) <= 1, "blocks=" + ofRow);
            seen += ofRow;
        }
        assertEquals(Math.max(blocks, share * blocks * blocks), seen, 1);
    }
}
