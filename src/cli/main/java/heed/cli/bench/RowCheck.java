package heed.cli.bench;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The reference's answer for some rows of every head and sequence, against which each measured output is held.
///
/// The reference computes rows one by one, so a few of them cost little: each sampled row becomes a sequence of one
/// query with its own position, all over the same key and value by a stride of 0.
public final class RowCheck {
    private final BenchShape shape;
    private final Computation computation;
    private final int[] rows;
    private final List<Tensor> expected = new ArrayList<>();
    private final double tolerance;
    private final double largestValue;

    /// Computes the expected rows of `data`.
    public RowCheck(BenchShape shape, ShapeData data, AttentionBackend reference) {
        this(Computation.of(shape), shape, data, reference);
    }

    /// Computes the rows of `data` that `computation` gives.
    ///
    /// @param shape sizes and types; its mask is the computation's
    public RowCheck(Computation computation, BenchShape shape, ShapeData data, AttentionBackend reference) {
        this.computation = computation;
        this.shape = shape;
        rows = SampledRows.of(shape.queryLen());
        compute(data, reference);
        Yardstick yardstick = new Yardstick(shape, data.query(), data.first(), computation.score());
        double largest = 0;
        for (int b = 0; b < shape.batch(); b++) {
            largest = Math.max(largest, yardstick.tolerance(b, rows, expected.get(b)));
        }
        tolerance = largest;
        largestValue = yardstick.largestValue();
    }

    /// Double results of each sequence: `[rows, queryHeads, 1, headDim]`.
    private void compute(ShapeData data, AttentionBackend reference) {
        AttentionSpec spec = computation.spec().toBuilder()
                .alignment(QueryAlignment.OFFSET)
                .outputType(ElementType.F64)
                .build();
        int first = shape.kvLen() - shape.queryLen();
        SequenceLengths positions = new SequenceLengths(rows.length)
                .offsets(Arrays.stream(rows).map(row -> first + row).toArray());
        AttentionSizes sizes = new AttentionSizes(rows.length, 1, shape.kvLen());
        try (AttentionPlan plan = reference.plan(spec, sizes, PlanOptions.DEFAULT)) {
            for (int b = 0; b < shape.batch(); b++) {
                Tensor query = data.tensor(shape.queryType(), rows.length, shape.queryHeads(), 1, shape.headDim());
                Tensor output = data.tensor(ElementType.F64, rows.length, shape.queryHeads(), 1, shape.headDim());
                gather(data.query(), b, query);
                AttentionArguments arguments = data.first()
                        .slice(b * shape.kvLen(), (b + 1) * shape.kvLen())
                        .repeated(rows.length)
                        .giveTo(new AttentionArguments().query(query).output(output))
                        .lengths(positions);
                computation.sampled().accept(arguments, rows);
                plan.run(arguments);
                expected.add(output);
            }
        }
    }

    private void gather(Tensor from, int sequence, Tensor to) {
        for (int n = 0; n < rows.length; n++) {
            for (int h = 0; h < shape.queryHeads(); h++) {
                for (int d = 0; d < shape.headDim(); d++) {
                    to.set(from.get(0, h, row(sequence, n), d), n, h, 0, d);
                }
            }
        }
    }

    private int row(int sequence, int n) {
        return sequence * shape.queryLen() + rows[n];
    }

    /// Largest difference of `output` from the expected rows; NaN if an element is.
    public double maxError(Tensor output) {
        double worst = 0;
        for (int b = 0; b < shape.batch(); b++) {
            for (int n = 0; n < rows.length; n++) {
                for (int h = 0; h < shape.queryHeads(); h++) {
                    worst = Math.max(worst, rowError(output, b, n, h));
                }
            }
        }
        return worst;
    }

    private double rowError(Tensor output, int sequence, int n, int head) {
        double worst = 0;
        for (int d = 0; d < shape.headDim(); d++) {
            double difference = output.get(0, head, row(sequence, n), d)
                    - expected.get(sequence).get(n, head, 0, d);
            worst = Math.max(worst, Math.abs(difference));
        }
        return worst;
    }

    /// What it may be.
    public double tolerance() {
        return tolerance(0);
    }

    /// What it may be of a backend with this [AttentionBackend#weightRounding].
    public double tolerance(double weightRounding) {
        return tolerance + weightRounding * largestValue;
    }
}
