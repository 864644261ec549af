package heed.blas.cuda;

import java.util.List;

/// NVIDIA's libraries that the backend calls, under the names that their loaders know them by, newest first.
enum CudaLibrary {
    DRIVER(CudaSettings.DRIVER, List.of("libcuda.so.1"), "NVIDIA's driver"),
    CUBLAS(CudaSettings.CUBLAS, List.of("libcublas.so.13", "libcublas.so.12", "libcublas.so.11"), "cuBLAS"),
    NVRTC(CudaSettings.NVRTC, List.of("libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"), "NVRTC");

    private final String property;
    private final List<String> names;
    private final String title;

    CudaLibrary(String property, List<String> names, String title) {
        this.property = property;
        this.names = names;
        this.title = title;
    }

    /// The setting that names its file.
    String property() {
        return property;
    }

    List<String> names() {
        return names;
    }

    /// What people call it.
    String title() {
        return title;
    }
}
