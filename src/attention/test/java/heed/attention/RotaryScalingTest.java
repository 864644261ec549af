package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.RotaryEmbedding.Pairing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Frequencies against numbers worked out by hand, to forty digits, from the formulas of their sources.
final class RotaryScalingTest {
    private static final int DIM = 128;

    /// `pow` errs by an ulp, and by some more for its rounded exponent times `ln base`; the few operations that
    /// follow by half an ulp each.
    private static final double RELATIVE = 32 * 0x1p-53;

    private static void near(double expected, double actual) {
        assertEquals(expected, actual, RELATIVE * Math.abs(expected));
    }

    @Test
    void plainFrequenciesFallFromOne() {
        RotaryScaling none = new RotaryScaling.None();
        near(1, none.frequency(0, DIM, 10000));
        near(0.1, none.frequency(16, DIM, 10000));
        near(0.001, none.frequency(48, DIM, 10000));
        assertEquals(1, none.magnitude());
    }

    @Test
    void linearDividesEveryFrequency() {
        RotaryScaling linear = new RotaryScaling.Linear(4);
        near(0.25, linear.frequency(0, DIM, 10000));
        near(0.00025, linear.frequency(48, DIM, 10000));
    }

    /// Position 4p under a factor of 4 is position p without.
    @Test
    void linearInterpolatesPositions() {
        double[] row = {0.1, 0.2, 0.3, 0.4};
        assertArrayEquals(turned(row, new RotaryScaling.None(), 2), turned(row, new RotaryScaling.Linear(4), 8));
    }

    private static double[] turned(double[] row, RotaryScaling scaling, int position) {
        double[] turned = row.clone();
        Tensor rows = Tensor.of(turned, 1, 1, 1, 4);
        RotaryEmbedding.of(Pairing.HALF_SPLIT, 4, 10000, scaling, 9).rotate(rows, new int[] {position}, rows);
        return turned;
    }

    /// Llama 3.1: base 500000, 128 dims. Waves of 2048 positions and less, up to pair 28, stay; those of more than
    /// 8192, from pair 35 on, are eight times as long. Pair 32 has the frequency `√2 / 1000`, so it turns `8192 ·
    /// √2 / 2000π = 1.8438…` times in 8192 positions, which is `0.2813…` of the way from 1 to 4.
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "28, 0.003211445994752591018543488854190298",
        "32, 0.000524846160992954669727291089867839",
        "35, 0.0000955621235396468301983968671827027",
        "63, 0.000000306892598891451108905243370807",
    })
    void llama3(int pair, double frequency) {
        RotaryScaling scaling = new RotaryScaling.Llama3(8, 1, 4, 8192);
        near(frequency, scaling.frequency(pair, DIM, 500000));
        assertEquals(1, scaling.magnitude());
    }

    /// Base 10000, 128 dims, 4096 positions: pair 20.94… turns 32 times and pair 45.03… once, so the ramp goes from
    /// 20 to 46. Pair 33 is half way: `(1 + 1/16) / 2` of its frequency.
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "20, 0.0562341325190349080394951039776481",
        "21, 0.0469408599979594012233303585333637",
        "33, 0.00460043546785034718437621128691997",
        "46, 0.000083345089510207751604745732205958",
        "63, 0.000007217387404309113622915518045597",
    })
    void yarn(int pair, double frequency) {
        near(frequency, new RotaryScaling.Yarn(16, 32, 1, 4096).frequency(pair, DIM, 10000));
    }

    /// `0.1 · ln 16 + 1`, which shows where nothing is turned.
    @Test
    void yarnScalesRows() {
        RotaryScaling yarn = new RotaryScaling.Yarn(16, 32, 1, 4096);
        near(1.277258872223978123766892848583, yarn.magnitude());
        double[] row = turned(new double[] {1, 0, 0, 2}, yarn, 0);
        assertArrayEquals(new double[] {yarn.magnitude(), 0, 0, 2 * yarn.magnitude()}, row);
        assertEquals(1, new RotaryScaling.Yarn(1, 32, 1, 4096).magnitude());
    }

    @Test
    void whatIsNoScalingIsRefused() {
        assertRefused("factor must be positive and finite: factor=0.0", () -> new RotaryScaling.Linear(0));
        assertRefused(
                "lowFrequency must be below highFrequency: lowFrequency=4.0, highFrequency=4.0",
                () -> new RotaryScaling.Llama3(8, 4, 4, 8192));
        assertRefused(
                "betaSlow must be below betaFast: betaSlow=32.0, betaFast=1.0",
                () -> new RotaryScaling.Yarn(16, 1, 32, 4096));
        assertRefused("originalLen must be at least 1: originalLen=0", () -> new RotaryScaling.Yarn(16, 32, 1, 0));
    }
}
