package heed.attention;

import heed.attention.KvShape.PageOrder;
import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random steps, each way of keeping a cache: lengths, contents, free pages and attention are the model's.
final class KvCacheTest {
    private static final int STEPS = 10_000;
    private static final int HEADS = 2;

    /// A way of keeping a cache.
    ///
    /// @param rotaryDim 0 for keys that are not rotated
    /// @param window 0 for a cache that keeps every key
    private record Kept(
            ElementType type,
            KeyLayout layout,
            PageOrder order,
            int pageLen,
            int pageCount,
            int rotaryDim,
            int window,
            long seed) {
        KvShape shape() {
            int headDim = type == ElementType.INT4 ? 64 : 6;
            int valueDim = type == ElementType.INT4 ? 32 : 5;
            return new KvShape(HEADS, headDim, valueDim, type, layout, pageLen, pageCount, order);
        }
    }

    private static Stream<Kept> kept() {
        KeyLayout rows = KeyLayout.rows();
        KeyLayout panels = KeyLayout.panels(4);
        return Stream.of(
                new Kept(ElementType.F32, rows, PageOrder.NHPD, 7, 10, 0, 0, 201),
                new Kept(ElementType.F32, rows, PageOrder.NPHD, 1, 40, 0, 0, 202),
                new Kept(ElementType.F16, rows, PageOrder.NPHD, 16, 6, 0, 0, 203),
                new Kept(ElementType.F16, panels, PageOrder.NPHD, 16, 6, 4, 0, 204),
                new Kept(ElementType.BF16, KeyLayout.panels(1), PageOrder.NHPD, 7, 10, 0, 0, 205),
                new Kept(ElementType.INT8, rows, PageOrder.NPHD, 7, 10, 0, 0, 206),
                new Kept(ElementType.INT8, panels, PageOrder.NHPD, 16, 6, 6, 0, 207),
                new Kept(ElementType.INT4, rows, PageOrder.NHPD, 7, 10, 0, 0, 208),
                new Kept(ElementType.INT4, KeyLayout.panels(8), PageOrder.NPHD, 16, 6, 0, 0, 209),
                new Kept(ElementType.F32, rows, PageOrder.NHPD, 7, 10, 6, 0, 210),
                new Kept(ElementType.F32, rows, PageOrder.NHPD, 7, 12, 4, 17, 211),
                new Kept(ElementType.INT8, panels, PageOrder.NHPD, 16, 6, 6, 16, 212),
                new Kept(ElementType.F64, rows, PageOrder.NPHD, 1, 40, 0, 5, 213));
    }

    @ParameterizedTest
    @MethodSource("kept")
    void randomSteps(Kept kept) {
        try (Arena arena = Arena.ofConfined()) {
            KvCacheTokens tokens = new KvCacheTokens(kept.shape(), kept.rotaryDim);
            new KvCacheDrill(tokens, kept.window, kept.seed, arena).run(STEPS);
        }
    }
}
