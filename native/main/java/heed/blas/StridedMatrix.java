package heed.blas;

import heed.blas.bindings.onednn.OneDnn;

/// How a matrix that oneDNN reads or writes lies in memory.
///
/// @param type `dnnl_data_type_t`
/// @param rowStride elements from row to row
/// @param columnStride elements from column to column
record StridedMatrix(int type, int rows, int columns, int rowStride, int columnStride) {
    static StridedMatrix bf16(int rows, int columns, int rowStride, int columnStride) {
        return new StridedMatrix(OneDnn.dnnl_bf16(), rows, columns, rowStride, columnStride);
    }

    static StridedMatrix f32(int rows, int columns, int rowStride, int columnStride) {
        return new StridedMatrix(OneDnn.dnnl_f32(), rows, columns, rowStride, columnStride);
    }
}
