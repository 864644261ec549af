package heed.blas.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The functions of `attention.cu` in a context.
record Kernels(
        MemorySegment start,
        MemorySegment softmax,
        MemorySegment finish,
        MemorySegment gather,
        MemorySegment clean,
        MemorySegment strays) {
    /// Keys of a block, `KEYS`.
    static final int KEYS = 512;

    /// Threads of a block, `LANES`.
    static final int LANES = 128;

    /// Loads them into `context`, which is current; `releases` unloads them.
    static Kernels load(CudaDriver driver, MemorySegment context, byte[] ptx, Releases releases) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ptx.length + 1L); // C wants a final 0
            MemorySegment.copy(MemorySegment.ofArray(ptx), 0, text, 0, ptx.length);
            MemorySegment module = driver.loadModule(text);
            releases.add(() -> driver.inContext(context, () -> {
                driver.unloadModule(module);
                return module;
            }));
            return new Kernels(
                    driver.function(module, "heed_start"),
                    driver.function(module, "heed_softmax"),
                    driver.function(module, "heed_finish"),
                    driver.function(module, "heed_gather"),
                    driver.function(module, "heed_clean"),
                    driver.function(module, "heed_strays"));
        }
    }
}
