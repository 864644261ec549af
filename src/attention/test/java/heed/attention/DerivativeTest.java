package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Derivatives as trees. What they are worth, the contract of gradients tests.
final class DerivativeTest {
    private static ScoreExpression magnitudes(int count) {
        return Stream.iterate(ScoreExpression.score(), ScoreExpression::abs)
                .skip(count)
                .findFirst()
                .orElseThrow();
    }

    /// A level holds the slope of the next once: twice would be 2⁶⁰ leaves.
    @Test
    void nestedMagnitudesStaySmall() {
        ScoreExpression once = magnitudes(60).derivative();
        ScoreExpression again = magnitudes(60).derivative();
        assertEquals(once, again);
        assertTrue(
                once.toString().length() < 200_000,
                () -> "length=" + once.toString().length());
    }
}
