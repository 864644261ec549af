package heed.cli.inspect;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Diagnostics;
import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.attention.QueryAlignment;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import heed.attention.TopKeys;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The diagnostics of a query and its keys. Values do not matter: there is one dim of zeros.
public final class Inspection {
    private static final int MOST_CELLS = 128;

    private final Attention attention;
    private final AttentionSpec spec;
    private final Tensor query;
    private final Tensor key;
    private final Optional<Tensor> sink;
    private final Counts counts;

    /// How many keys count.
    ///
    /// @param first of the sink mass
    /// @param window of the window mass
    /// @param heaviest that are named for each head
    public record Counts(int first, int window, int heaviest) {}

    /// Of `spec`, which asks for no extra output: those follow from `counts`.
    public Inspection(
            Attention attention, AttentionSpec spec, Tensor query, Tensor key, Optional<Tensor> sink, Counts counts) {
        this.attention = attention;
        this.spec = spec.toBuilder().valueDim(1).build();
        this.query = query;
        this.key = key;
        this.sink = sink;
        this.counts = counts;
    }

    /// Zeros that take no memory.
    private Tensor value() {
        ElementType type = spec.kvType();
        MemorySegment zeros = MemorySegment.ofArray(new long[1]);
        return Tensor.strided(
                zeros, type, 0, new int[] {key.size(0), key.size(1), key.size(2), 1}, new long[] {0, 0, 0, 0});
    }

    private AttentionArguments arguments(Tensor rows) {
        int[] shape = rows.shape();
        shape[3] = 1;
        ElementType type = spec.outputType();
        long bytes = 1L * shape[0] * shape[1] * shape[2] * type.bytes();
        MemorySegment output = MemorySegment.ofArray(new long[Math.toIntExact((bytes + 7) / 8)]);
        AttentionArguments arguments =
                new AttentionArguments().query(rows).key(key).value(value()).output(Tensor.of(output, type, shape));
        sink.ifPresent(arguments::sink);
        return arguments;
    }

    private static Tensor floats(int... shape) {
        return Tensor.of(new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)], shape);
    }

    /// A report of each head of each sequence.
    public List<HeadReport> heads() {
        AttentionSpec full = spec.toBuilder()
                .sinkMass(counts.first)
                .windowMass(counts.window)
                .extraOutput(ExtraOutput.ENTROPY)
                .extraOutput(ExtraOutput.MAX_SCORE)
                .extraOutput(ExtraOutput.SUM_OF_SQUARES)
                .extraOutput(ExtraOutput.COLUMN_MASS)
                .build();
        int[] rows = {query.size(0), query.size(1), query.size(2)};
        Tensor entropy = floats(rows);
        Tensor maxScore = floats(rows);
        Tensor squares = floats(rows);
        Tensor sinkMass = floats(rows);
        Tensor windowMass = floats(rows);
        Tensor columns = floats(query.size(0), query.size(1), key.size(2));
        AttentionArguments arguments = arguments(query)
                .diagnostics(new Diagnostics()
                        .entropy(entropy)
                        .maxScore(maxScore)
                        .sumOfSquares(squares)
                        .sinkMass(sinkMass)
                        .windowMass(windowMass)
                        .columnMass(columns));
        AttentionSizes sizes = new AttentionSizes(query.size(0), query.size(2), key.size(2));
        try (AttentionPlan plan = attention.plan(full, sizes)) {
            plan.run(arguments);
        }
        List<HeadReport> reports = new ArrayList<>();
        for (int b = 0; b < query.size(0); b++) {
            for (int h = 0; h < query.size(1); h++) {
                reports.add(new HeadReport(
                        b,
                        h,
                        mean(entropy, b, h),
                        effectiveKeys(squares, b, h),
                        largest(maxScore, b, h),
                        mean(sinkMass, b, h),
                        mean(windowMass, b, h),
                        heaviest(columns, b, h)));
            }
        }
        return reports;
    }

    private static double mean(Tensor rows, int b, int h) {
        return IntStream.range(0, rows.size(2))
                .mapToDouble(i -> rows.get(b, h, i))
                .average()
                .orElse(0);
    }

    private static double effectiveKeys(Tensor squares, int b, int h) {
        return IntStream.range(0, squares.size(2))
                .mapToDouble(i -> squares.get(b, h, i))
                .map(square -> square == 0 ? 0 : 1 / square)
                .average()
                .orElse(0);
    }

    private static double largest(Tensor rows, int b, int h) {
        return IntStream.range(0, rows.size(2))
                .mapToDouble(i -> rows.get(b, h, i))
                .max()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    private List<HeadReport.Key> heaviest(Tensor columns, int b, int h) {
        int rows = Math.max(1, query.size(2));
        return TopKeys.of(columns, b, h, counts.heaviest).stream()
                .map(heaviest -> new HeadReport.Key(heaviest.index(), heaviest.mass() / rows))
                .toList();
    }

    /// A map of each head of each sequence: the column masses of one block of query rows after the other.
    public List<AttentionMap> maps() {
        int queryLen = query.size(2);
        int kvLen = key.size(2);
        int rowsOfCell = Math.max(1, Math.ceilDiv(queryLen, MOST_CELLS));
        int keysOfCell = Math.max(1, Math.ceilDiv(kvLen, MOST_CELLS));
        int height = Math.ceilDiv(queryLen, rowsOfCell);
        int width = Math.ceilDiv(kvLen, keysOfCell);
        List<AttentionMap> maps = new ArrayList<>();
        for (int b = 0; b < query.size(0); b++) {
            for (int h = 0; h < query.size(1); h++) {
                maps.add(new AttentionMap(b, h, height, width, new float[height * width]));
            }
        }
        AttentionSpec columnsOnly = spec.toBuilder()
                .alignment(QueryAlignment.OFFSET)
                .extraOutput(ExtraOutput.COLUMN_MASS)
                .build();
        try (AttentionPlan plan = attention.plan(columnsOnly, new AttentionSizes(query.size(0), rowsOfCell, kvLen))) {
            for (int row = 0; row < height; row++) {
                int from = row * rowsOfCell;
                int to = Math.min(queryLen, from + rowsOfCell);
                fill(plan, from, to, row, keysOfCell, maps);
            }
        }
        return maps;
    }

    private void fill(AttentionPlan plan, int from, int to, int row, int keysOfCell, List<AttentionMap> maps) {
        Tensor columns = floats(query.size(0), query.size(1), key.size(2));
        int[] offsets = new int[query.size(0)];
        Arrays.fill(offsets, key.size(2) - query.size(2) + from);
        plan.run(arguments(query.slice(2, from, to))
                .lengths(new SequenceLengths(offsets.length).offsets(offsets))
                .diagnostics(new Diagnostics().columnMass(columns)));
        for (AttentionMap map : maps) {
            for (int j = 0; j < key.size(2); j++) {
                int cell = row * map.columns() + j / keysOfCell;
                int keys = Math.min(keysOfCell, key.size(2) - j / keysOfCell * keysOfCell);
                map.cells()[cell] += (float) (columns.get(map.batch(), map.head(), j) / ((to - from) * (double) keys));
            }
        }
    }
}
