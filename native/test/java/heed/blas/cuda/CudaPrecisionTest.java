package heed.blas.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.SelfCheck;
import heed.attention.SelfCheckException;
import heed.attention.Tensor;
import heed.conformance.SelfChecked;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What `heed.cuda.precision` makes of numbers, on the test double, whose TF32 cuts operands off.
final class CudaPrecisionTest {
    @TempDir
    Path folder;

    private CudaDouble cuda;

    @BeforeEach
    void open() {
        cuda = CudaDouble.get();
    }

    private CudaBackend backend(String precision) {
        return new CudaBackend(cuda.machine(folder, Map.of(CudaSettings.PRECISION, precision)));
    }

    private static AttentionSpec spec(ElementType type, int dim) {
        return AttentionSpec.builder(1, dim)
                .type(type)
                .outputType(ElementType.F32)
                .logSumExp()
                .build();
    }

    @Test
    void fullRoundsNothing() {
        for (ElementType type : new ElementType[] {ElementType.F32, ElementType.F16, ElementType.BF16}) {
            assertThat(backend("full").weightRounding(spec(type, 8))).isZero();
            assertThat(backend("full").unitRoundoff(spec(type, 8))).isEqualTo(0x1p-24);
        }
    }

    @Test
    void fastSaysWhatItRounds() {
        CudaBackend fast = backend("fast");
        assertThat(fast.weightRounding(spec(ElementType.F32, 8))).isEqualTo(0x1p-9 + 0x1p-20);
        assertThat(fast.weightRounding(spec(ElementType.F16, 8))).isEqualTo(0x1p-11);
        assertThat(fast.weightRounding(spec(ElementType.BF16, 8))).isEqualTo(0x1p-8);
        assertThat(fast.unitRoundoff(spec(ElementType.BF16, 8))).isEqualTo(0x1p-12);
    }

    /// Random numbers: outputs of `fast` are off by more than f32 is, and by no more than is said where scores
    /// are exact.
    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"F16", "BF16"})
    void outputsAreOffByNoMoreThanIsSaid(ElementType type) {
        Attend attend = Attend.random(spec(type, 16), 40, 300);
        double[] full = attend.run(backend("full"));
        double[] fast = attend.run(backend("fast"));
        double worst = 0;
        for (int n = 0; n < full.length; n++) {
            worst = Math.max(worst, Math.abs(full[n] - fast[n]));
        }
        double largest = 0;
        for (int n = 0; n < 300 * 16; n++) {
            largest = Math.max(largest, Math.abs(type.read(attend.value().segment(), (long) n * Short.BYTES)));
        }
        assertThat(worst).isBetween(0x1p-20, backend("fast").weightRounding(attend.spec()) * largest);
    }

    /// Operands that lose all that TF32 may take from them, each in the same direction, in sums of any length.
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 1, 30", "2, 3, 2", "16, 1, 1", "16, 100, 0.05", "128, 2, 0.01"})
    void theWorstOperandsRaiseNoAlarm(int dim, int keys, double scale) {
        AttentionSpec spec =
                spec(ElementType.F32, dim).toBuilder().softmaxScale(scale).build();
        Attend attend = Attend.random(spec, 1, keys);
        for (Tensor tensor : new Tensor[] {attend.query(), attend.key(), attend.value()}) {
            fill(tensor, 1 + 0x1p-10 - 0x1p-23);
        }
        assertThatCode(() -> run(checked(backend("fast")), attend)).doesNotThrowAnyException();
        // The same rows by a backend that says nothing: what is told is needed.
        AttentionBackend silent = new Silent(backend("fast"));
        assertThatThrownBy(() -> run(checked(silent), attend)).isInstanceOf(SelfCheckException.class);
    }

    private static void fill(Tensor tensor, double value) {
        for (long at = 0; at < tensor.segment().byteSize(); at += tensor.type().bytes()) {
            tensor.type().write(tensor.segment(), at, value);
        }
    }

    private static SelfChecked checked(AttentionBackend backend) {
        return new SelfChecked(backend, SelfCheck.everyRow());
    }

    private static void run(AttentionBackend backend, Attend attend) {
        try (AttentionPlan plan = backend.plan(attend.spec(), attend.sizes(), PlanOptions.DEFAULT)) {
            plan.run(attend.arguments(
                    Attend.zeros(ElementType.F32, 1, 1, 1, attend.spec().valueDim())));
        }
    }

    /// Many keys of weights that f16 rounds to 0, beside one of weight 1: their sum is not lost.
    @ParameterizedTest
    @CsvSource({"full, 0x1p-22", "fast, 0x1p-11"})
    void smallWeightsOfF16AreNotLost(String precision, double bound) {
        int keys = 1 << 17;
        double least = 18.5;
        AttentionSpec spec =
                spec(ElementType.F16, 1).toBuilder().softmaxScale(1).build();
        Attend attend = Attend.random(spec, 1, keys);
        fill(attend.query(), 1);
        fill(attend.key(), -least);
        attend.key().set(0, 0, 0, 5, 0);
        fill(attend.value(), 1);
        attend.value().set(0, 0, 0, 5, 0);
        double sum = (keys - 1) * Math.exp(-least);
        assertThat(attend.run(backend(precision))[0])
                .isCloseTo(sum / (1 + sum), org.assertj.core.data.Offset.offset(bound));
        assertThat(sum).isGreaterThan(2 * 0x1p-11); // what would be lost
    }
}
