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
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// The reference's answer for some rows of every head, against which each measured output is held.
///
/// The reference computes rows one by one, so a few of them cost little: each sampled row becomes a sequence of one
/// query with its own position, all over the same key and value by a stride of 0.
final class RowCheck {
    /// Rows per head that are looked at, all of them where there are fewer.
    static final int ROWS = 64;
    private static final int EDGE = 64;

    private final int[] rows;
    private final Tensor expected;
    private final double tolerance;

    private RowCheck(int[] rows, Tensor expected, double tolerance) {
        this.rows = rows;
        this.expected = expected;
        this.tolerance = tolerance;
    }

    /// Computes the expected rows of `data`.
    static RowCheck of(BenchShape shape, ShapeData data, AttentionBackend reference) {
        int[] rows = sample(shape.queryLen());
        Tensor expected = compute(shape, data, rows, reference);
        return new RowCheck(rows, expected, new Yardstick(shape, data).tolerance(rows, expected));
    }

    /// First and last rows, both sides of multiples of the usual tile edges, and others evenly between.
    static int[] sample(int queryLen) {
        TreeSet<Integer> rows = new TreeSet<>();
        int quarter = ROWS / 4;
        IntStream.range(0, quarter / 2).forEach(n -> rows.add(Math.min(n, queryLen - 1)));
        IntStream.range(0, quarter / 2).forEach(n -> rows.add(Math.max(0, queryLen - 1 - n)));
        int edges = Math.max(1, (queryLen - 1) / EDGE);
        int stride = Math.max(1, edges / quarter) * EDGE;
        for (int at = stride; at < queryLen && rows.size() < 3 * quarter; at += stride) {
            rows.add(at - 1);
            rows.add(at);
        }
        for (int n = 0; rows.size() < Math.min(ROWS, queryLen); n++) {
            rows.add((int) ((n * 2654435761L & 0xffffffffL) % queryLen));
        }
        return rows.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Double results for rows `rows`, as `[rows, queryHeads, 1, headDim]`.
    private static Tensor compute(BenchShape shape, ShapeData data, int[] rows, AttentionBackend reference) {
        AttentionSpec spec = shape.spec().toBuilder()
                .alignment(QueryAlignment.OFFSET)
                .outputType(ElementType.F64)
                .build();
        int count = rows.length;
        int heads = shape.queryHeads();
        int dim = shape.headDim();
        Tensor query = Tensor.of(
                shape.type() == ElementType.F64
                        ? MemorySegment.ofArray(new double[count * heads * dim])
                        : MemorySegment.ofArray(new float[count * heads * dim]),
                shape.type(),
                count,
                heads,
                1,
                dim);
        gather(data.query(), rows, query);
        Tensor expected = Tensor.of(new double[count * heads * dim], count, heads, 1, dim);
        int first = shape.kvLen() - shape.queryLen();
        int[] positions = Arrays.stream(rows).map(row -> first + row).toArray();
        try (AttentionPlan plan =
                reference.plan(spec, new AttentionSizes(count, 1, shape.kvLen()), PlanOptions.DEFAULT)) {
            plan.run(new AttentionArguments()
                    .query(query)
                    .key(repeated(data.key(), count))
                    .value(repeated(data.value(), count))
                    .output(expected)
                    .lengths(new SequenceLengths(count).offsets(positions)));
        }
        return expected;
    }

    private static void gather(Tensor from, int[] rows, Tensor to) {
        for (int n = 0; n < rows.length; n++) {
            for (int h = 0; h < from.size(1); h++) {
                for (int d = 0; d < from.size(3); d++) {
                    to.set(from.get(0, h, rows[n], d), n, h, 0, d);
                }
            }
        }
    }

    private static Tensor repeated(Tensor tensor, int times) {
        int[] shape = tensor.shape();
        shape[0] = times;
        long[] strides = {0, tensor.stride(1), tensor.stride(2), tensor.stride(3)};
        return Tensor.strided(tensor.segment(), tensor.type(), tensor.offset(), shape, strides);
    }

    /// Largest difference of `output` from the expected rows; NaN if an element is.
    double maxError(Tensor output) {
        double worst = 0;
        for (int n = 0; n < rows.length; n++) {
            for (int h = 0; h < output.size(1); h++) {
                for (int d = 0; d < output.size(3); d++) {
                    worst = Math.max(worst, Math.abs(output.get(0, h, rows[n], d) - expected.get(n, h, 0, d)));
                }
            }
        }
        return worst;
    }

    double tolerance() {
        return tolerance;
    }
}
