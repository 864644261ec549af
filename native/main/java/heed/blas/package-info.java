/// BLAS libraries of the host, found, opened and called.
///
/// In reading order: [heed.blas.OpenBlasLocator] decides which library, [heed.blas.LibraryCache] makes
/// the private copy that is opened, [heed.blas.NativeLibrary] opens it, [heed.blas.Cblas] is the one
/// door to its functions. The classes of `heed.blas.bindings` are jextract's output; nothing outside
/// that door names them.
package heed.blas;
