package heed.studies.train;

import heed.attention.AttentionSpec;
import heed.attention.Tensor;
import heed.studies.math.Matrix;

/// Matrices `[batch · len, heads · dim]` as tensors `[batch, heads, len, dim]`, by strides. A tensor is kept
/// for as long as the elements are the same array: to make one takes longer than to attend to a head of three
/// positions.
final class HeadRows {
    private final int len;
    private final int heads;
    private final int dim;
    private final Buffer own = new Buffer();
    private Matrix seen;
    private Tensor tensor;

    /// What attention of one spec reads and writes, or the gradients of it.
    record Four(HeadRows query, HeadRows key, HeadRows value, HeadRows output) {
        static Four of(AttentionSpec spec, int queryLen, int kvLen) {
            return new Four(
                    new HeadRows(queryLen, spec.queryHeads(), spec.headDim()),
                    new HeadRows(kvLen, spec.kvHeads(), spec.headDim()),
                    new HeadRows(kvLen, spec.kvHeads(), spec.valueDim()),
                    new HeadRows(queryLen, spec.queryHeads(), spec.valueDim()));
        }
    }

    HeadRows(int len, int heads, int dim) {
        this.len = len;
        this.heads = heads;
        this.dim = dim;
        seen = own.of(0, heads * dim);
        tensor = view(seen);
    }

    /// A matrix of this kind for `batch` sequences, to be written.
    Matrix own(int batch) {
        return own.of(batch * len, heads * dim);
    }

    /// Those sequences as a tensor.
    Tensor tensor(Matrix rows) {
        if (rows.elements() != seen.elements()) {
            tensor = view(rows);
            seen = rows;
        }
        return tensor;
    }

    private Tensor view(Matrix rows) {
        if (rows.columns() != heads * dim || rows.rows() % len != 0) {
            throw new IllegalArgumentException("heads must be [batch x %d, %d x %d]: rows=%d, columns=%d"
                    .formatted(len, heads, dim, rows.rows(), rows.columns()));
        }
        return rows.tensor(rows.rows() / len, len, heads, dim).permute(0, 2, 1, 3);
    }
}
