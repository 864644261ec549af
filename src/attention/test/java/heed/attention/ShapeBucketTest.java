package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/// What is told apart, and what is not.
final class ShapeBucketTest {
    private static final AttentionSpec LLAMA =
            AttentionSpec.builder(32, 128).kvHeads(8).build();

    private static String text(AttentionSpec spec, int batch, int queryLen, int kvLen) {
        PlanOptions options = PlanOptions.DEFAULT.withThreads(2);
        return ShapeBucket.of(spec, new AttentionSizes(batch, queryLen, kvLen), options)
                .toString();
    }

    @Test
    void lengthsAreRoundedToTheNearestPowerOfTwo() {
        assertEquals("decode 32/8,1/4096,128,F32,2 threads", text(LLAMA, 1, 1, 4096));
        assertEquals("decode 32/8,1/4096,128,F32,2 threads", text(LLAMA, 1, 1, 5000));
        assertEquals("decode 32/8,1/8192,128,F32,2 threads", text(LLAMA, 1, 1, 6000));
        assertEquals("prefill 32/8,512/512,128,F32,2 threads", text(LLAMA, 1, 500, 500));
        assertEquals("prefill 4/1,1/1,128,F32,2 threads", text(LLAMA, 0, 0, 0));
    }

    @Test
    void headsOfAllSequencesTogether() {
        assertEquals("decode 128/32,1/1024,128,F32,2 threads", text(LLAMA, 4, 1, 1024));
        assertEquals("decode 256/64,1/1024,128,F32,2 threads", text(LLAMA, 7, 1, 1024));
    }

    @Test
    void whatIsOutOfEveryCacheIsNotMadeLarger() {
        assertEquals("decode 32/8,1/32768,128,F32,2 threads", text(LLAMA, 64, 1, 100_000));
        assertEquals("prefill 32/8,2048/2048,128,F32,2 threads", text(LLAMA, 1, 8192, 8192));
        assertEquals("prefill 8/2,2048/8192,128,F32,2 threads", text(LLAMA, 1, 4096, 16384));
    }

    @Test
    void kindsOfMask() {
        AttentionSpec causal = LLAMA.toBuilder().mask(Mask.causal()).build();
        assertEquals("prefill 32/8,64/64,128,F32,causal,2 threads", text(causal, 1, 64, 64));
        assertEquals("decode 32/8,1/64,128,F32,2 threads", text(causal, 1, 1, 64));
        AttentionSpec window = LLAMA.toBuilder()
                .mask(Mask.slidingWindow(1000, 0))
                .alignment(QueryAlignment.TOP_LEFT)
                .build();
        assertEquals("prefill 32/8,64/64,128,F32,window 1024/0,2 threads", text(window, 1, 64, 64));
        assertEquals("prefill 32/8,64/128,128,F32,window 1024/0 from the top left,2 threads", text(window, 1, 64, 128));
    }

    @Test
    void typesLayoutAndFeatures() {
        AttentionSpec stored = LLAMA.toBuilder()
                .valueDim(64)
                .kvType(ElementType.INT8)
                .keyLayout(KeyLayout.panels(16))
                .pageLen(64)
                .softcap(30)
                .sink()
                .build();
        assertEquals(
                "decode 32/8,1/64,128/64,F32/INT8,panels of 16,pages of 64,softcap sink,2 threads",
                text(stored, 1, 1, 64));
    }

    @Test
    void aCountThatIsNoneIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ShapeBucket(0, 1, 1, 1, 1, 1, ElementType.F32, ElementType.F32, 0, 0, "", "", 1));
    }

    /// Of so many heads the operations of one run do not fit 64 bits.
    @Test
    void headsAreHalvedHoweverMany() {
        AttentionSpec spec = AttentionSpec.builder(8 * 64, 512).kvHeads(8).build();
        ShapeBucket bucket = ShapeBucket.of(spec, new AttentionSizes(1 << 17, 2048, 1 << 15), PlanOptions.DEFAULT);
        assertEquals(1, bucket.heads());
    }
}
