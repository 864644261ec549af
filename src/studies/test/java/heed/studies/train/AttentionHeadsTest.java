package heed.studies.train;

import static heed.studies.train.Backends.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import heed.attention.Attention;
import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.studies.math.Matrix;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AttentionHeadsTest {
    private static final Attention ATTENTION = Backends.attention();
    private static final int BATCH = 2;
    private static final int LEN = 3;
    private static final int DIM = 4;

    private static void check(AttentionHeads heads, AttentionSpec spec, int queryLen, int kvLen) {
        Matrix q = noise(1, BATCH * queryLen, spec.queryHeads() * spec.headDim());
        Matrix k = noise(2, BATCH * kvLen, spec.kvHeads() * spec.headDim());
        Matrix v = noise(3, BATCH * kvLen, spec.kvHeads() * spec.valueDim());
        FiniteDifferences.check(heads.parameters(), List.of(q, k, v), () -> heads.forward(q, k, v), g -> {
            AttentionHeads.Gradients gradients = heads.backward(g);
            return List.of(gradients.query(), gradients.key(), gradients.value());
        });
    }

    @Test
    void gradientsAreThoseOfDifferences() {
        AttentionSpec spec = AttentionSpec.builder(4, DIM)
                .kvHeads(2)
                .valueDim(3)
                .softmaxScale(.7)
                .build();
        try (AttentionHeads heads = new AttentionHeads(ATTENTION, spec, BATCH, 2, LEN)) {
            check(heads, spec, 2, LEN);
        }
    }

    @Test
    void sinkAndBiasAreTrained() {
        AttentionSpec spec = AttentionSpec.builder(2, DIM)
                .mask(Mask.causal().and(Mask.additiveTensor()))
                .sink()
                .build();
        Parameter sink = Parameter.gaussian("sink", new Random(4), 1, 2, 1);
        Parameter bias = Parameter.gaussian("bias", new Random(5), 2, LEN, 1);
        try (AttentionHeads heads = new AttentionHeads(ATTENTION, spec, BATCH, LEN, LEN)) {
            heads.sink(sink).bias(bias, 2, 1, LEN);
            check(heads, spec, LEN, LEN);
        }
    }

    @Test
    void aSmallerBatchHasTheSameBits() {
        AttentionSpec spec = AttentionSpec.builder(2, DIM).build();
        Matrix x = noise(6, BATCH * LEN, 2 * DIM);
        Matrix first = Matrix.of(LEN, 2 * DIM, java.util.Arrays.copyOf(x.elements(), LEN * 2 * DIM));
        try (AttentionHeads heads = new AttentionHeads(ATTENTION, spec, BATCH, LEN, LEN)) {
            double[] both = heads.forward(x, x, x).elements().clone();
            double[] one = heads.forward(first, first, first).elements();
            assertArrayEquals(java.util.Arrays.copyOf(both, one.length), one);
            assertEquals(first.rows(), heads.backward(first).key().rows());
        }
    }

    @Test
    void aWrongWidthIsRefused() {
        AttentionSpec spec = AttentionSpec.builder(2, DIM).build();
        try (AttentionHeads heads = new AttentionHeads(ATTENTION, spec, BATCH, LEN, LEN)) {
            Matrix x = noise(6, LEN, DIM);
            assertThrows(IllegalArgumentException.class, () -> heads.forward(x, x, x));
        }
    }

    @Test
    void selfAttentionIsDifferentiated() {
        AttentionSpec spec = AttentionSpec.builder(2, DIM).mask(Mask.causal()).build();
        try (Layer layer =
                SelfAttention.gaussian(Backends.products(), ATTENTION, "a", spec, 6, BATCH, LEN, 1, new Random(7))) {
            FiniteDifferences.check(layer, noise(8, BATCH * LEN, 6));
        }
    }

    /// Queries that are x itself, or x and a function of it.
    @Test
    void projectionsMayBeAnyLayer() {
        Products products = Backends.products();
        Random random = new Random(9);
        AttentionSpec spec = AttentionSpec.builder(2, DIM).build();
        Layer residual = new Residual(Mlp.gaussian(products, "f", 8, 4, Curve.GELU, 1, random));
        try (Layer layer = new SelfAttention(
                residual,
                new Sequential(),
                Linear.gaussian(products, "v", 8, 8, 1, random),
                new AttentionHeads(ATTENTION, spec, BATCH, LEN, LEN),
                new HeadWise(RmsNorm.scaled("norm", DIM, 1e-5), DIM))) {
            FiniteDifferences.check(layer, noise(10, BATCH * LEN, 8));
        }
    }
}
