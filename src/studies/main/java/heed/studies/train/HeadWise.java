package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;

/// A layer over each head of a row: `[rows, heads · dim]` is seen as `[rows · heads, dim]`, which are the
/// same elements. The layer must keep the width.
public final class HeadWise implements Layer {
    private final Layer inner;
    private final int dim;

    /// `inner` over each `dim` elements.
    public HeadWise(Layer inner, int dim) {
        this.inner = inner;
        this.dim = dim;
    }

    @Override
    public Matrix forward(Matrix input) {
        return whole(inner.forward(apart(input)), input);
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        return whole(inner.backward(apart(cotangent)), cotangent);
    }

    private Matrix apart(Matrix rows) {
        return Matrix.of(rows.rows() * (rows.columns() / dim), dim, rows.elements());
    }

    private static Matrix whole(Matrix heads, Matrix like) {
        return Matrix.of(like.rows(), like.columns(), heads.elements());
    }

    @Override
    public List<Parameter> parameters() {
        return inner.parameters();
    }

    @Override
    public void close() {
        inner.close();
    }
}
