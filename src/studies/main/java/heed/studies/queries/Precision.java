package heed.studies.queries;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;

/// In which numbers a block is computed. In float, every product is summed in double and rounded; attention
/// is Heed's
/// own of that type.
enum Precision {
    DOUBLE(ElementType.F64) {
        @Override
        Matrix rounded(Matrix matrix) {
            return matrix;
        }

        @Override
        Tensor tensor(Matrix matrix, int... shape) {
            return matrix.tensor(shape);
        }
    },
    FLOAT(ElementType.F32) {
        @Override
        Matrix rounded(Matrix matrix) {
            double[] elements = matrix.elements();
            for (int n = 0; n < elements.length; n++) {
                elements[n] = (float) elements[n];
            }
            return matrix;
        }

        @Override
        Tensor tensor(Matrix matrix, int... shape) {
            float[] elements = new float[matrix.elements().length];
            for (int n = 0; n < elements.length; n++) {
                elements[n] = (float) matrix.elements()[n];
            }
            return Tensor.of(elements, shape);
        }
    };

    private final ElementType type;

    Precision(ElementType type) {
        this.type = type;
    }

    /// `matrix`, its elements rounded in place.
    abstract Matrix rounded(Matrix matrix);

    /// Its elements in this precision.
    abstract Tensor tensor(Matrix matrix, int... shape);

    /// `a b`.
    Matrix product(Matrix a, Matrix b) {
        return rounded(a.times(b));
    }

    /// Causal attention of `heads` heads: rows are positions, columns lie head after head.
    Matrix attention(Lab lab, int heads, double softmaxScale, Matrix query, Matrix key, Matrix value) {
        int n = query.rows();
        int dim = query.columns() / heads;
        AttentionSpec spec = AttentionSpec.builder(heads, dim)
                .type(type)
                .softmaxScale(softmaxScale)
                .mask(Mask.causal())
                .build();
        Tensor output = tensor(Matrix.zeros(n, heads * dim), 1, n, heads, dim);
        try (AttentionPlan plan = lab.attention().plan(spec, new AttentionSizes(1, n, n), lab.alone())) {
            plan.run(new AttentionArguments()
                    .query(byHeads(query, heads))
                    .key(byHeads(key, heads))
                    .value(byHeads(value, heads))
                    .output(output.permute(0, 2, 1, 3)));
        }
        Matrix result = Matrix.zeros(n, heads * dim);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < heads * dim; j++) {
                result.set(i, j, output.get(0, i, j / dim, j % dim));
            }
        }
        return result;
    }

    private Tensor byHeads(Matrix rows, int heads) {
        return tensor(rows, 1, rows.rows(), heads, rows.columns() / heads).permute(0, 2, 1, 3);
    }
}
