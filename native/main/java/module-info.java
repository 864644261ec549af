import heed.attention.BackendSource;
import heed.blas.BlasSource;

/// BLAS from C, called through the Foreign Function & Memory API: a bundled OpenBLAS, the system's libraries,
/// the user's.
@org.jspecify.annotations.NullMarked
module heed.blas {
    requires transitive heed.attention;
    requires heed.kernels;
    requires heed.openblas;
    requires static org.jspecify;

    exports heed.blas;

    provides BackendSource with
            BlasSource;
}
