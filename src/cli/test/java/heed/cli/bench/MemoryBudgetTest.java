package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.cli.input.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Shapes that no machine measures are refused before memory is taken.
final class MemoryBudgetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8/8,65536/65536,128                     | must fit 256 MiB here",
                "2147483647/1,1/1,64                     | must fit 256 MiB here",
                "2147483647/2147483647,1/2147483647,1    | must fit 256 MiB here",
                "1/1,1/2147483647,2147483647             | kvLen · headDim=",
                "1/1,2/2,1,batch=2147483647              | batch · len=4294967294",
            })
    void absurdShapesAreRefused(String text, String part) {
        MemoryBudget budget = new MemoryBudget(256L << 20, 4L << 20);
        BenchShape shape = BenchShape.parse(text);
        var refusal = assertThrows(InputException.class, () -> budget.check(shape));
        assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal::toString);
        assertTrue(String.valueOf(refusal.getMessage()).contains(shape.toString()), refusal::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"32/8,1/4096,128", "2147483647/2147483647,1/1,1"})
    void theSameShapeMayFitALargerMachine(String text) {
        MemoryBudget small = new MemoryBudget(64L << 20, 128L << 20);
        MemoryBudget large = new MemoryBudget(1L << 40, 128L << 20);
        BenchShape shape = BenchShape.parse(text);
        assertThrows(InputException.class, () -> small.check(shape));
        large.check(shape);
    }

    @Test
    void oneCacheFitsWhereSeveralDoNot() {
        BenchShape shape = BenchShape.parse("32/8,1/4096,128");
        assertThrows(InputException.class, () -> new MemoryBudget(1L << 30, 1920L << 20).check(shape));
        new MemoryBudget(1L << 30, 0).check(shape);
    }

    @Test
    void aRunOfHoursIsRefusedWhereverItFits() {
        MemoryBudget large = new MemoryBudget(1L << 40, 128L << 20);
        var refusal =
                assertThrows(InputException.class, () -> large.check(BenchShape.parse("8/8,2000000/2000000,128")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("FLOPs=1.6e+16"), refusal::toString);
    }
}
