/// Attention on an NVIDIA GPU, through the driver, cuBLAS and NVRTC of the host.
///
/// In reading order: [heed.blas.cuda.CudaBackend]; [heed.blas.cuda.CudaLocator] finds the libraries,
/// [heed.blas.cuda.CudaMachine] the GPU, [heed.blas.cuda.CudaDevice] has its context and kernels;
/// [heed.blas.cuda.CudaWorkspace] is the run, [heed.blas.cuda.KeyBlocks], [heed.blas.cuda.SequenceRows] and
/// [heed.blas.cuda.BlockProducts] its parts. `attention.cu` is what runs on the GPU.
/// [heed.blas.cuda.CudaDriver], [heed.blas.cuda.Cublas] and [heed.blas.cuda.Nvrtc] are the doors to the
/// libraries; nothing else calls the classes of `heed.blas.bindings.cuda`, which are jextract's output.
package heed.blas.cuda;
