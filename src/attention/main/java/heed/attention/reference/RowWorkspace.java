package heed.attention.reference;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;

/// One row of everything, in double.
final class RowWorkspace implements CheckedPlan.Workspace {
    final double[] query;
    final double[] key;
    final double[] value;
    final double[] output;
    final double[] scores;
    final double[] columns;

    RowWorkspace(AttentionSpec spec, AttentionSizes sizes) {
        query = new double[spec.headDim()];
        key = new double[spec.headDim()];
        value = new double[spec.valueDim()];
        output = new double[spec.valueDim()];
        scores = new double[sizes.kvLen()];
        columns = new double[sizes.kvLen()];
    }

    @Override
    public long bytes() {
        return Double.BYTES * (long) (query.length + key.length + value.length + output.length + 2 * scores.length);
    }

    @Override
    public void close() {}
}
