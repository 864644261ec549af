package heed.blas.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import heed.attention.AttentionBackend;
import heed.conformance.AttentionBackendContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/// The whole contract on the test double, through the code that runs on a GPU: what it computes, where it reads
/// and writes, what it gives back. It says nothing of a GPU's numerics or speed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CudaDoubleContractTest implements AttentionBackendContract {
    private CudaBackend backend;
    private CudaDouble cuda;
    private int liveBefore;

    @BeforeAll
    void open() {
        cuda = CudaDouble.get();
        liveBefore = cuda.live();
        backend = new CudaBackend(cuda.machine());
    }

    @Override
    public AttentionBackend backend() {
        return backend;
    }

    @AfterAll
    void everythingWasGivenBack() {
        if (cuda != null) {
            assertThat(cuda.live()).isEqualTo(liveBefore);
            assertThat(cuda.corruptions()).isZero();
        }
    }
}
