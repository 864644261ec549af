package heed.blas.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.BackendUnavailableException;
import heed.attention.ElementType;
import heed.attention.KvCache;
import heed.attention.KvShape;
import heed.attention.KvStorage;
import heed.attention.Mask;
import heed.attention.PlanOptions;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys and values that lie on the device, on the test double.
final class CudaArenaTest {
    private CudaDouble cuda;
    private CudaMachine machine;
    private CudaBackend backend;

    @BeforeEach
    void open() {
        cuda = CudaDouble.get();
        machine = cuda.machine();
        backend = new CudaBackend(machine);
    }

    /// A cache in an arena gives the bits of one in host memory; only addresses go up, or nothing at all.
    @ParameterizedTest
    @ValueSource(ints = {16, 512})
    void pagesOnTheDevice(int pageLen) {
        AttentionSpec spec = AttentionSpec.builder(4, 16)
                .kvHeads(2)
                .mask(Mask.causal())
                .pageLen(pageLen)
                .build();
        int kvLen = 700;
        Attend attend = Attend.random(spec, 2, kvLen);
        KvShape shape = KvShape.of(spec, pageLen, Math.ceilDiv(kvLen, pageLen) + 1);
        double[] expected;
        try (Arena arena = Arena.ofShared()) {
            expected = run(attend, KvStorage.allocate(shape, arena));
        }
        int before = cuda.live();
        try (CudaArena arena = CudaArena.on(machine.device())) {
            KvStorage storage = KvStorage.allocate(shape, arena);
            cuda.reset();
            assertThat(run(attend, storage)).isEqualTo(expected);
            List<String> calls = cuda.transcript();
            // rows, intervals, sinks and a flag; then two lists of addresses for each block
            assertThat(calls.stream().filter("cuMemcpyHtoDAsync_v2"::equals)).hasSize(4 + (pageLen == 16 ? 4 : 0));
        }
        assertThat(cuda.live()).isEqualTo(before);
        assertThat(cuda.corruptions()).isZero();
    }

    private double[] run(Attend attend, KvStorage storage) {
        KvCache cache = new KvCache(storage);
        int sequence = cache.newSequence();
        Tensor key = attend.key();
        Tensor value = attend.value();
        cache.append(sequence, rows(key), rows(value));
        Tensor output = Attend.zeros(ElementType.F32, 1, 4, attend.queryLen(), 16);
        try (AttentionPlan plan = backend.plan(attend.spec(), attend.sizes(), PlanOptions.DEFAULT);
                KvCache.Snapshot now = cache.snapshot(sequence)) {
            plan.run(now.giveTo(new AttentionArguments().query(attend.query()).output(output))
                    .lengths(new SequenceLengths(1).kvLens(now.lens())));
        }
        double[] elements = new double[4 * attend.queryLen() * 16];
        java.util.Arrays.setAll(elements, n -> output.type().read(output.segment(), 4L * n));
        return elements;
    }

    /// `[heads, len, dim]` of the only sequence.
    private static Tensor rows(Tensor tensor) {
        return Tensor.of(tensor.segment(), tensor.type(), tensor.size(1), tensor.size(2), tensor.size(3));
    }

    /// Values that may not be seen stay out of it there, too.
    @Test
    void poisonOnTheDevice() {
        Attend attend =
                Attend.random(AttentionSpec.builder(2, 8).mask(Mask.causal()).build(), 9, 600);
        double[] clean = attend.run(backend);
        try (CudaArena arena = CudaArena.on(machine.device())) {
            Tensor key = copy(attend.key(), arena);
            Tensor value = copy(attend.value(), arena);
            value.set(Double.NaN, 0, 1, 599, 3);
            double[] poisoned = attend.with(key, value).run(backend);
            for (int n = 0; n < clean.length; n++) {
                boolean sees = n / 72 == 1 && n % 72 / 8 == 8 && n % 8 == 3;
                assertThat(poisoned[n]).isEqualTo(Double.valueOf(sees ? Double.NaN : clean[n]));
            }
        }
    }

    private static Tensor copy(Tensor tensor, Arena arena) {
        MemorySegment segment = arena.allocate(tensor.segment().byteSize(), 64);
        return Tensor.of(segment.copyFrom(tensor.segment()), tensor.type(), tensor.shape());
    }

    /// Memory counts against the limit, begins as zeros, and is given back; a closed arena is closed.
    @Test
    void lifeOfAnArena() {
        CudaArena arena = CudaArena.on(machine.device());
        MemorySegment segment = arena.allocate(1000, 64);
        assertThat(segment.mismatch(MemorySegment.ofArray(new byte[1000]))).isEqualTo(-1);
        assertThat(machine.device().memory().used()).isEqualTo(1000);
        arena.enter();
        assertThatThrownBy(arena::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a run reads");
        assertThat(segment.scope().isAlive()).isTrue();
        arena.leave();
        arena.close();
        assertThat(segment.scope().isAlive()).isFalse();
        assertThat(machine.device().memory().used()).isZero();
        assertThatThrownBy(arena::close).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(arena::enter).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> arena.allocate(1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> arena.allocate(-1, 1)).isInstanceOf(RuntimeException.class);
    }

    /// Where host and device may not touch memory at the same time, there is no such arena.
    @Test
    void devicesThatShareNoMemory() {
        CudaDevice device = machine.device();
        cuda.setSharesMemory(false);
        assertThatThrownBy(() -> CudaArena.on(device))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("concurrentManagedAccess");
    }
}
