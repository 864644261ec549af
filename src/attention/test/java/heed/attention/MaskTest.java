package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MaskTest {
    private static final int KV_LEN = 12;

    static Stream<Mask> intervals() {
        return Stream.of(
                Mask.none(),
                Mask.causal(),
                Mask.slidingWindow(0, 0),
                Mask.slidingWindow(3, 0),
                Mask.slidingWindow(2, 4),
                Mask.slidingWindow(Mask.UNBOUNDED, 2),
                Mask.slidingWindow(2, Mask.UNBOUNDED),
                Mask.slidingWindow(Integer.MAX_VALUE, Integer.MAX_VALUE),
                Mask.causal().and(Mask.slidingWindow(4, 4)),
                Mask.firstKeys(3),
                Mask.causal().and(Mask.firstKeys(3)),
                Mask.slidingWindow(1, 5).and(Mask.slidingWindow(5, 1)).and(Mask.causal()));
    }

    /// The definition, in plain words.
    private static boolean sees(Mask mask, long p, long j) {
        return mask.parts().stream().allMatch(part -> switch (part) {
            case Mask.Causal _ -> j <= p;
            case Mask.SlidingWindow(int left, int right) ->
                (left < 0 || p - j <= left) && (right < 0 || j - p <= right);
            case Mask.FirstKeys(int count) -> j < count;
            case Mask.None _, Mask.BooleanTensor _, Mask.AdditiveTensor _, Mask.Expression _, Mask.And _ -> true;
            case Mask.Or _, Mask.Tree _, Mask.BlockTensor _, Mask.Alibi _ -> true;
        });
    }

    @ParameterizedTest
    @MethodSource("intervals")
    void intervalsHoldJustTheKeysSeen(Mask mask) {
        int[] positions = {Integer.MIN_VALUE, -20, -3, -1, 0, 1, 5, 11, 12, 14, 40, Integer.MAX_VALUE};
        for (int p : positions) {
            int first = mask.firstKey(p);
            int end = mask.endKey(p, KV_LEN);
            assertTrue(first >= 0 && end >= 0 && end <= KV_LEN, mask + " p=" + p);
            for (int j = 0; j < KV_LEN; j++) {
                assertEquals(sees(mask, p, j), first <= j && j < end, mask + " p=" + p + " j=" + j);
            }
        }
    }

    @Test
    void intervalsOfADisjunctionCoverBoth() {
        Mask streaming = Mask.sinksAndWindow(2, 3);
        assertEquals(0, streaming.firstKey(9));
        assertEquals(10, streaming.endKey(9, KV_LEN));
        Mask apart = Mask.slidingWindow(0, 0).or(Mask.slidingWindow(5, -3 + 2));
        assertEquals(4, apart.firstKey(9));
        assertEquals(KV_LEN, apart.endKey(9, KV_LEN));
    }

    @Test
    void disjunctionsThatAddAreRefused() {
        assertRefused(
                "a disjunction chooses what is seen, so none of its masks may add to scores: part=AdditiveTensor[]",
                () -> Mask.causal().or(Mask.additiveTensor()));
    }

    @Test
    void conjunctionsAreFlatAndEqual() {
        Mask a = Mask.causal();
        Mask b = Mask.booleanTensor();
        Mask c = Mask.slidingWindow(1, 0);
        assertEquals(new Mask.And(List.of(a, b, c)), a.and(b).and(c));
        assertEquals(a.and(b).and(c), a.and(b.and(c)));
        assertEquals(a, a.and(Mask.none()));
        assertEquals(a, Mask.none().and(a));
        assertEquals(Mask.none(), Mask.none().and(Mask.none()));
    }

    @Test
    void kindsAreFoundInConjunctions() {
        Mask mask = Mask.causal().and(Mask.additiveTensor());
        assertTrue(mask.has(Mask.AdditiveTensor.class));
        assertTrue(!mask.has(Mask.BooleanTensor.class));
    }

    @Test
    void windowsBelowUnboundedAreRefused() {
        assertRefused("window left must be -1 (unbounded) or more: left=-2", () -> Mask.slidingWindow(-2, 0));
        assertRefused("window right must be -1 (unbounded) or more: right=-7", () -> Mask.slidingWindow(0, -7));
    }
}
