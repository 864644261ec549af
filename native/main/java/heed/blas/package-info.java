/// BLAS libraries of the host, found, opened and called.
///
/// In reading order: [heed.blas.OpenBlasLocator] decides which library, [heed.blas.LibraryCache] makes
/// the private copy that is opened, [heed.blas.NativeLibrary] opens it, [heed.blas.Cblas] is the one
/// door to its functions. [heed.blas.OneDnnBackend] has a library and a door of its own, in the same order.
/// The classes of `heed.blas.bindings` are jextract's output; nothing outside the doors calls them.
package heed.blas;
