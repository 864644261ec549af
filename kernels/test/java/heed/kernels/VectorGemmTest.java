package heed.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.ElementType;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.conformance.GemmBackendContract;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(ForcedWidth.class)
final class VectorGemmTest implements GemmBackendContract {
    @Override
    public GemmBackend gemm() {
        return new VectorGemm();
    }

    /// A loop's index of more steps is more than the tiles are told to expect.
    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void refusesMoreRowsThanATileCanAddUp(ElementType type) {
        MemorySegment one = MemorySegment.ofArray(new double[1]);
        for (int k : new int[] {1 << 24, (1 << 24) + 1, Integer.MAX_VALUE}) {
            Tensor b = Tensor.strided(one, type, 0, new int[] {k, 1}, new long[] {0, 0});
            GemmBackend gemm = availableGemm();
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> gemm.plan(b, 1, PlanOptions.DEFAULT));
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.startsWith("k, ") && message.contains("2^24") && message.contains("[" + k), message);
        }
    }

    /// `1e-30 · -1e-30` is too small for f32 and rounds to -0.0, however C lies in memory.
    @ParameterizedTest
    @CsvSource({"4, 1", "8, 1", "4, 2", "8, 2"})
    void aProductThatVanishesKeepsItsSign(long stride, double alpha) {
        Tensor a = Tensor.of(new float[] {1e-30f}, 1, 1);
        Tensor b = Tensor.of(new float[] {-1e-30f, -1e-30f}, 1, 2);
        float[] elements = new float[4];
        MemorySegment segment = MemorySegment.ofArray(elements);
        Tensor c = Tensor.strided(segment, ElementType.F32, 0, new int[] {1, 2}, new long[] {16, stride});
        try (GemmPlan plan = availableGemm().plan(b, 1, PlanOptions.DEFAULT)) {
            plan.run(alpha, a, 0, c);
        }
        assertEquals(-0.0, c.get(0, 0));
        assertEquals(-0.0, c.get(0, 1));
    }
}
