package heed.attention;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A wrong row and all it is made of, in a file of doubles: a magic number, the trace, three sizes, two factors, and
/// the arrays in the order of the components, big-endian.
///
/// Whatever the spec, a row is `softmax(scale · q · k + bias) · v`: the bias holds what cap, expressions and masks
/// made of each score, −∞ where they hide the key.
///
/// @param query `[headDim]`
/// @param key `[kvLen, headDim]`
/// @param value `[kvLen, valueDim]`
/// @param bias `[kvLen]`
/// @param sink the sink logit, −∞ without
/// @param before what the run merged into, output and log-sum-exp; NaN if it did not
/// @param then what the backend gave, likewise
record SavedRow(
        String trace,
        double scale,
        double probabilityScale,
        double[] query,
        double[] key,
        double[] value,
        double[] bias,
        double[] sink,
        double[] before,
        double[] then,
        double[] expected,
        double[] tolerance) {
    private static final long MAGIC = 0x48656564526f7731L; // "HeedRow1"

    /// The row that `row` stands at.
    static SavedRow of(Mismatch mismatch, AttentionCall call, CheckedRows row) {
        AttentionSpec spec = call.spec();
        int b = mismatch.sequence();
        int kvHead = mismatch.head() / spec.groupSize();
        double[] query = new double[spec.headDim()];
        double[] key = new double[Math.multiplyExact(mismatch.kvLen(), query.length)];
        double[] value = new double[Math.multiplyExact(mismatch.kvLen(), spec.valueDim())];
        double[] bias = new double[mismatch.kvLen()];
        call.readQuery(b, mismatch.head(), mismatch.row(), query);
        double[] k = new double[spec.headDim()];
        double[] v = new double[spec.valueDim()];
        for (int j = 0; j < bias.length; j++) {
            call.readKey(b, kvHead, j, k);
            double scaled = 0;
            for (int d = 0; d < k.length; d++) {
                scaled += query[d] * k[d];
            }
            scaled *= spec.softmaxScale();
            double score = row.isWithin(j) ? call.score(b, mismatch.head(), mismatch.row(), j, scaled) : HIDDEN;
            bias[j] = score == scaled ? 0 : score - scaled; // an infinite score needs nothing added
            System.arraycopy(k, 0, key, j * k.length, k.length);
            call.readValue(b, kvHead, j, v);
            System.arraycopy(v, 0, value, j * v.length, v.length);
        }
        double[][] results = new double[4][spec.valueDim() + 1];
        for (int d = 0; d <= spec.valueDim(); d++) {
            results[0][d] = row.before(d);
            results[1][d] = row.result(d);
            results[2][d] = row.wanted(d);
            results[3][d] = row.tolerance(d);
        }
        return new SavedRow(
                mismatch.toString(),
                spec.softmaxScale(),
                spec.probabilityScale(),
                query,
                key,
                value,
                bias,
                new double[] {call.sinkLogit(mismatch.head())},
                results[0],
                results[1],
                results[2],
                results[3]);
    }

    private static final double HIDDEN = Double.NEGATIVE_INFINITY;

    private double[][] arrays() {
        return new double[][] {query, key, value, bias, sink, before, then, expected, tolerance};
    }

    /// Writes it to a new file in `directory`, which only its owner may read.
    Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = Files.createTempFile(directory, "wrong-", ".heedrow");
        try {
            writeTo(file);
        } catch (IOException unfinished) {
            Files.deleteIfExists(file);
            throw unfinished;
        }
        return file;
    }

    private void writeTo(Path file) throws IOException {
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeLong(MAGIC);
            out.writeUTF(trace.substring(0, Math.min(trace.length(), 16_000)));
            out.writeInt(query.length);
            out.writeInt(then.length - 1);
            out.writeInt(bias.length);
            out.writeDouble(scale);
            out.writeDouble(probabilityScale);
            for (double[] array : arrays()) {
                for (double element : array) {
                    out.writeDouble(element);
                }
            }
        }
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws IllegalArgumentException if the file holds anything else
    static SavedRow read(Path file) throws IOException {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            Checks.require(in.readLong() == MAGIC, "a saved row must begin with HeedRow1: %s", file);
            String trace = in.readUTF();
            int dim = in.readInt();
            int valueDim = in.readInt();
            int kvLen = in.readInt();
            boolean fits = dim > 0 && valueDim > 0 && kvLen >= 0 && bytes(dim, valueDim, kvLen) <= Files.size(file);
            Checks.require(fits, "a saved row must hold what its sizes say: %s", file);
            return new SavedRow(
                    trace,
                    in.readDouble(),
                    in.readDouble(),
                    doubles(in, dim),
                    doubles(in, Math.multiplyExact(kvLen, dim)),
                    doubles(in, Math.multiplyExact(kvLen, valueDim)),
                    doubles(in, kvLen),
                    doubles(in, 1),
                    doubles(in, valueDim + 1),
                    doubles(in, valueDim + 1),
                    doubles(in, valueDim + 1),
                    doubles(in, valueDim + 1));
        } catch (java.io.EOFException | java.io.UTFDataFormatException | ArithmeticException cut) {
            throw new IllegalArgumentException("a saved row must be whole: " + file, cut);
        }
    }

    /// What the arrays of a row of these sizes take.
    private static double bytes(double dim, double valueDim, double kvLen) {
        return Double.BYTES * (dim + kvLen * (dim + valueDim + 1) + 4 * (valueDim + 1));
    }

    private static double[] doubles(DataInputStream in, int count) throws IOException {
        double[] array = new double[count];
        for (int n = 0; n < count; n++) {
            array[n] = in.readDouble();
        }
        return array;
    }

    /// Computes it by `backend`: the reference in f64, others in f32, or in 16 bits where they take nothing
    /// wider.
    SelfCheck.Replay replay(AttentionBackend backend) {
        ElementType type = typeOf(backend);
        ElementType wide = wide(type);
        int dv = then.length - 1;
        boolean merges = !Double.isNaN(before[dv]);
        Tensor output = tensor(wide, merges ? java.util.Arrays.copyOf(before, dv) : new double[dv], 1, 1, 1, dv);
        Tensor logSumExp = tensor(wide, new double[] {merges ? before[dv] : 0}, 1, 1, 1);
        AttentionArguments arguments = new AttentionArguments()
                .query(tensor(type, query, 1, 1, 1, query.length))
                .key(tensor(type, key, 1, 1, bias.length, query.length))
                .value(tensor(type, value, 1, 1, bias.length, dv))
                .bias(tensor(wide, bias, 1, bias.length));
        if (merges) {
            arguments.accumulateInto(new PartialOutput(output, logSumExp));
        } else {
            arguments.output(output).logSumExp(logSumExp);
        }
        if (sink[0] != HIDDEN) {
            arguments.sink(tensor(wide, sink, 1));
        }
        try (AttentionPlan plan =
                backend.plan(spec(type), new AttentionSizes(1, 1, Math.max(1, bias.length)), PlanOptions.DEFAULT)) {
            plan.run(arguments);
        }
        double[] now = new double[dv + 1];
        for (int d = 0; d < dv; d++) {
            now[d] = output.get(0, 0, 0, d);
        }
        now[dv] = logSumExp.get(0, 0, 0);
        return new SelfCheck.Replay(trace, then.clone(), now, expected.clone(), tolerance.clone());
    }

    private AttentionSpec spec(ElementType type) {
        AttentionSpec.Builder spec = AttentionSpec.builder(1, query.length)
                .valueDim(then.length - 1)
                .type(type)
                .outputType(wide(type))
                .softmaxScale(scale)
                .probabilityScale(probabilityScale)
                .mask(Mask.additiveTensor())
                .logSumExp();
        return (sink[0] == HIDDEN ? spec : spec.sink()).build();
    }

    private ElementType typeOf(AttentionBackend backend) {
        return backend.name().equals("reference")
                ? ElementType.F64
                : Stream.of(ElementType.F32, ElementType.BF16, ElementType.F16)
                        .filter(type -> backend.support(spec(type)) instanceof Support.Supported)
                        .findFirst()
                        .orElse(ElementType.F32);
    }

    /// What results, biases and logits are in beside operands of `type`.
    private static ElementType wide(ElementType type) {
        return type == ElementType.F64 ? type : ElementType.F32;
    }

    private static Tensor tensor(ElementType type, double[] elements, int... shape) {
        MemorySegment segment = switch (type.bytes()) {
            case Double.BYTES -> MemorySegment.ofArray(new double[elements.length]);
            case Float.BYTES -> MemorySegment.ofArray(new float[elements.length]);
            default -> MemorySegment.ofArray(new short[elements.length]);
        };
        for (int n = 0; n < elements.length; n++) {
            type.write(segment, (long) n * type.bytes(), elements[n]);
        }
        return Tensor.of(segment, type, shape);
    }
}
