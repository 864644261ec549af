package heed.studies.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SearchTest {
    @Test
    void rootToTheLastBit() {
        assertEquals(Math.sqrt(2), Search.root(x -> x * x - 2, 0, 2), Math.ulp(2.0));
    }

    @Test
    void rootAtAnEnd() {
        assertEquals(3, Search.root(x -> x - 3, 3, 5), Math.ulp(4.0));
    }

    @Test
    void peak() {
        assertEquals(0.3, Search.peak(x -> -(x - 0.3) * (x - 0.3), -1, 4, 1e-7), 1e-7);
    }
}
