/// BLAS libraries of the host, found, opened and called.
///
/// In reading order: [heed.blas.BlasSearch] decides which libraries, [heed.blas.LibraryExam] whether each is
/// fit, [heed.blas.LibraryCache] makes the private copy that is opened, [heed.blas.NativeLibrary] opens it,
/// [heed.blas.Cblas] is the one door to its functions, [heed.blas.BlasSource] brings the backends. The classes
/// of `heed.blas.bindings` are jextract's output; nothing outside that door names them.
package heed.blas;
