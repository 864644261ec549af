package heed.attention;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the diagnostics of a run go, each as [ExtraOutput] defines it, of any floating-point type. Fused
/// kernels make them on their way: nothing of `queryLen × kvLen` is held.
///
/// Tensors by rows lie along the query, so that a ragged one has `[1, queryHeads, total]`; that of columns is
/// always `[batch, queryHeads, kvLen]`, from key 0 of each sequence.
public final class Diagnostics {
    private final Map<ExtraOutput, Tensor> tensors = new EnumMap<>(ExtraOutput.class);

    /// Nothing yet.
    public Diagnostics() {}

    /// Sets where the entropy of each row goes.
    public Diagnostics entropy(Tensor rows) {
        return set(ExtraOutput.ENTROPY, rows);
    }

    /// Sets where the largest score of each row goes.
    public Diagnostics maxScore(Tensor rows) {
        return set(ExtraOutput.MAX_SCORE, rows);
    }

    /// Sets where the sum of squared probabilities of each row goes.
    public Diagnostics sumOfSquares(Tensor rows) {
        return set(ExtraOutput.SUM_OF_SQUARES, rows);
    }

    /// Sets where the mass of the first keys and the sink goes, for each row.
    public Diagnostics sinkMass(Tensor rows) {
        return set(ExtraOutput.SINK_MASS, rows);
    }

    /// Sets where the mass of the nearest keys goes, for each row.
    public Diagnostics windowMass(Tensor rows) {
        return set(ExtraOutput.WINDOW_MASS, rows);
    }

    /// Sets where the mass of each key goes.
    public Diagnostics columnMass(Tensor columns) {
        return set(ExtraOutput.COLUMN_MASS, columns);
    }

    private Diagnostics set(ExtraOutput output, Tensor tensor) {
        tensors.put(output, tensor);
        return this;
    }

    @Nullable
    Tensor get(ExtraOutput output) {
        return tensors.get(output);
    }
}
