package heed.conformance.golden;

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
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;

/// One run of a case: its tensors, handed to the library as they lie in the files.
final class CaseRun {
    private final GoldenCase golden;
    private final CaseAttributes attributes;
    private final Arena arena;
    private final AttentionSpec spec;

    CaseRun(GoldenCase golden, AttentionSpec spec, Arena arena) {
        this.golden = golden;
        this.attributes = golden.attributes();
        this.spec = spec;
        this.arena = arena;
    }

    /// Runs `backend` and judges what it wrote.
    Outcome on(AttentionBackend backend) throws IOException {
        Tensor query = input("q", attributes.qHeads());
        Tensor key = input("k", attributes.kvHeads());
        AttentionArguments arguments = new AttentionArguments()
                .query(query)
                .key(key)
                .value(input("v", attributes.kvHeads()))
                .lengths(lengths());
        giveMaskAndSinks(arguments);
        Result out = result("out", spec.outputType());
        arguments.output(out.actual);
        Optional<Result> lse = spec.hasLogSumExp() ? Optional.of(result("lse", ElementType.F64)) : Optional.empty();
        lse.ifPresent(result -> arguments.logSumExp(result.actual));
        // What the files hold, not what the case says: lengths beyond it are for the run to refuse.
        AttentionSizes sizes = new AttentionSizes(attributes.batch(), query.size(2), key.size(2));
        try (AttentionPlan plan = backend.plan(spec, sizes, PlanOptions.DEFAULT)) {
            plan.run(arguments);
        }
        Outcome outcome = out.judge();
        return lse.isPresent() && outcome instanceof Outcome.Passed ? lse.get().judge() : outcome;
    }

    private void giveMaskAndSinks(AttentionArguments arguments) throws IOException {
        if (attributes.mask().isPresent()) {
            CaseAttributes.Named mask = attributes.mask().get();
            Tensor tensor = golden.input(mask.input()).load(arena);
            if (mask.kind().equals("bool")) {
                arguments.mask(tensor);
            } else {
                arguments.bias(tensor);
            }
        }
        if (attributes.sinks().isPresent()) {
            arguments.sink(golden.input(attributes.sinks().get().input()).load(arena));
        }
    }

    /// A tensor that the run writes, beside what should be in it.
    private record Result(String name, Tensor actual, Tensor wanted, Tolerance bound) {
        Outcome judge() {
            return Comparison.of(name, actual, wanted, bound);
        }
    }

    private Tensor input(String name, int heads) throws IOException {
        CaseTensor tensor = golden.input(name);
        return AxisOrder.logical(tensor.load(arena), tensor.axes(), heads);
    }

    private SequenceLengths lengths() {
        SequenceLengths lengths = new SequenceLengths(attributes.batch());
        if (attributes.varlen().isPresent()) {
            CaseAttributes.Varlen varlen = attributes.varlen().get();
            lengths.queryStarts(packed("qLens", varlen.queryStarts(), attributes.qLens()));
            lengths.kvStarts(packed("kvLens", varlen.keyStarts(), attributes.kvLens()));
        } else {
            lengths.queryLens(attributes.qLens()).kvLens(attributes.kvLens());
        }
        return spec.alignment() == QueryAlignment.OFFSET ? lengths.offsets(attributes.queryOffset()) : lengths;
    }

    private int[] packed(String name, int[] starts, int[] lens) {
        for (int b = 0; b < lens.length; b++) {
            if (starts[b + 1] - starts[b] != lens[b]) {
                throw golden.malformed(
                        name + " must be what cuSeqlens says, " + Arrays.toString(starts), Arrays.toString(lens));
            }
        }
        return starts;
    }

    /// A tensor laid out as the expected one, filled with NaN so that an element left out shows.
    private Result result(String name, ElementType type) throws IOException {
        Expected expected = golden.expected(name);
        CaseTensor stored = expected.tensor();
        if (!stored.isTensorType() || stored.view().isPresent()) {
            throw golden.malformed(
                    "expected." + name + " must be of a floating-point type and without strides", stored.dtype());
        }
        // Read first: its shape has then been checked against its file.
        Tensor wanted = AxisOrder.logical(stored.load(arena), stored.axes(), attributes.qHeads());
        int count = AxisOrder.count(stored.shape());
        Tensor flat = Tensor.of(arena.allocate((long) count * type.bytes(), type.bytes()), type, count);
        for (int n = 0; n < count; n++) {
            flat.set(Double.NaN, n);
        }
        Tensor actual = Tensor.of(flat.segment(), type, stored.shape());
        return new Result(
                name, AxisOrder.logical(actual, stored.axes(), attributes.qHeads()), wanted, expected.bound(type));
    }
}
