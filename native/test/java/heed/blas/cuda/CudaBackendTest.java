package heed.blas.cuda;

import org.junit.jupiter.api.Test;

/// The one skipped test of a machine without a GPU, for all of [CudaGpuContractTest]: Surefire counts a class that a
/// condition skips as its methods, and one whose `@BeforeAll` gives up not at all.
final class CudaBackendTest {
    @Test
    void hasAGpu() {
        Required.gpu();
    }
}
