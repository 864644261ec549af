package heed.studies.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against values of 25 digits (mpmath).
final class SpecialTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.1, 0.09127652716086226429989572",
        "0.36787944117144233, 0.2784645427610737951093587",
        "1, 0.5671432904097838729999687",
        "10, 1.745528002740699383074301",
        "1e6, 11.38335808614005262200016"
    })
    void lambertW(double x, double expected) {
        assertEquals(expected, Special.lambertW(x), 4e-16 * Math.max(1, expected));
    }

    @ParameterizedTest
    @CsvSource({
        "-0.5, -0.5597735947761608117467959",
        "0.05, -2.367884598579374524259508",
        "0.5, 0.4542199048631735799205238",
        "1, 1.895117816355936755466521",
        "7, 191.5047433355013959530631",
        "40, 6039718263611241.578359231"
    })
    void exponentialIntegral(double x, double expected) {
        assertEquals(expected, Special.exponentialIntegral(x), 2e-15 * Math.abs(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "0.05, 2.467898488509974369559902",
        "0.5, 0.5597735947761608117467959",
        "1, 0.2193839343955202736771638",
        "1.5, 0.1000195824066326519019093",
        "7.2, 0.0000921881168871620423403621",
        "40, 1.036773261451656972150642e-19"
    })
    void exponentialIntegral1(double x, double expected) {
        assertEquals(expected, Special.exponentialIntegral1(x), 2e-15 * expected);
    }

    @Test
    void whatIsNotDefinedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Special.lambertW(-0.1));
        assertThrows(IllegalArgumentException.class, () -> Special.exponentialIntegral(0));
        assertThrows(IllegalArgumentException.class, () -> Special.exponentialIntegral1(0));
        assertThrows(IllegalArgumentException.class, () -> Special.lambertW(Double.NaN));
    }
}
