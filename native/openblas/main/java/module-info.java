/// OpenBLAS for the platform this artifact was built on: resources alone, no code.
///
/// They lie under `heed/openblas/<platform>/`, for example `linux-x86_64`. The hyphen keeps that
/// directory from being a package, so its files are never encapsulated and any module may read them.
/// `libraries.sha256` there names the libraries in the order to open them, each after its SHA-256.
open module heed.openblas {}
