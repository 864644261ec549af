/// BLAS from C, called through the Foreign Function & Memory API: OpenBLAS, bundled or of the user's choice.
module heed.blas {
    requires heed.openblas;

    exports heed.blas;
}
