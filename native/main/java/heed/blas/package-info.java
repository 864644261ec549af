/// BLAS libraries of the host, found, opened and called.
///
/// In reading order: [heed.blas.BlasSearch] decides which libraries, [heed.blas.LibraryExam] whether each is
/// fit, [heed.blas.LibraryCache] makes the private copy that is opened, [heed.blas.NativeLibrary] opens it,
/// [heed.blas.Cblas] is the one door to its functions, [heed.blas.BlasSource] brings the backends.
/// [heed.blas.OneDnnBackend] has a library and a door of its own, in the same order. The classes of
/// `heed.blas.bindings` are jextract's output; nothing outside the doors names them.
package heed.blas;
