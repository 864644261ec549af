package heed.studies.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NormalCurveTest {
    private static final MathContext DIGITS = new MathContext(60);

    private static double[] gelu(double x) {
        double[] value = new double[1];
        double[] slope = new double[1];
        NormalCurve.gelu(new double[] {x}, value, slope);
        return new double[] {value[0], slope[0]};
    }

    /// Tables of the normal distribution, 15 digits.
    @ParameterizedTest
    @CsvSource({"1, .841344746068543", "2, .977249868051821", "-1, .158655253931457", "-3, .00134989803163009"})
    void theDistributionIsThatOfTables(double x, double phi) {
        assertEquals(x * phi, gelu(x)[0], Math.abs(x) * 5e-16);
    }

    /// Against the series about 0 in 60 digits. Φ of a node errs by the roundings of its exponential, root,
    /// quotient and rest, Φ of x by one more, each half an ulp of 1 at most, and the slope adds those of the
    /// density.
    @Test
    void valueAndSlopeAreThoseOfTheSeries() {
        for (double x = -9.1; x < 9.1; x += .1937) {
            BigDecimal t = new BigDecimal(x);
            BigDecimal density = density(t);
            double phi = new BigDecimal(".5").add(density.multiply(tail(t))).doubleValue();
            double tolerance = 5 * Math.max(1, Math.abs(x)) * 0x1p-53;
            assertEquals(x * phi, gelu(x)[0], tolerance, "value at " + x);
            assertEquals(phi + x * density.doubleValue(), gelu(x)[1], 2 * tolerance, "slope at " + x);
        }
    }

    private static BigDecimal density(BigDecimal x) {
        BigDecimal y = x.multiply(x).divide(BigDecimal.TWO); // e^y by its series, whose terms have one sign
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ONE;
        for (int n = 1; n < 250; n++) {
            term = term.multiply(y).divide(BigDecimal.valueOf(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        BigDecimal pi = new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494");
        return BigDecimal.ONE.divide(sum.multiply(pi.multiply(BigDecimal.TWO).sqrt(DIGITS)), DIGITS);
    }

    private static BigDecimal tail(BigDecimal x) {
        BigDecimal term = x;
        BigDecimal sum = x;
        for (int odd = 3; odd < 500; odd += 2) {
            term = term.multiply(x).multiply(x).divide(BigDecimal.valueOf(odd), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    @Test
    void farOutAndUndefinedArePassedOn() {
        assertEquals(1e300, gelu(1e300)[0]);
        assertEquals(0, gelu(Double.NEGATIVE_INFINITY)[0]);
        assertEquals(Double.POSITIVE_INFINITY, gelu(Double.POSITIVE_INFINITY)[0]);
        assertTrue(Double.isNaN(gelu(Double.NaN)[0]));
    }
}
