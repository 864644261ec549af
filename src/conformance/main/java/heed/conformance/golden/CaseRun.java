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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One run of a case: its tensors, handed to the library as they lie in the files.
final class CaseRun {
    private final GoldenCase golden;
    private final CaseAttributes attributes;
    private final Arena arena;
    private final AttentionSpec spec;
    private final CaseKeys keys;
    private final List<Result> results = new ArrayList<>();

    CaseRun(GoldenCase golden, AttentionSpec spec, CaseKeys keys, Arena arena) {
        this.golden = golden;
        this.attributes = golden.attributes();
        this.spec = spec;
        this.keys = keys;
        this.arena = arena;
    }

    /// Runs `backend` and judges what it wrote.
    Outcome on(AttentionBackend backend) throws IOException {
        CaseTensor stored = golden.input("q");
        Tensor query = CaseRotary.turned(
                golden, AxisOrder.logical(stored.load(arena), stored.axes(), attributes.qHeads()), arena);
        AttentionArguments arguments = new AttentionArguments().query(query).lengths(lengths());
        keys.giveTo(arguments);
        giveMasksAndSinks(arguments);
        giveResults(arguments, query, backend.weightRounding(spec) > 0);
        // What the files hold, not what the case says: lengths beyond it are for the run to refuse.
        AttentionSizes sizes = new AttentionSizes(attributes.batch(), query.size(2), keys.mostKeys());
        try (AttentionPlan plan = backend.plan(spec, sizes, PlanOptions.DEFAULT)) {
            plan.run(arguments);
        }
        if (golden.hasGradients()) {
            results.addAll(new CaseGradients(golden, spec, arena).on(backend, sizes, arguments));
        }
        if (keys instanceof CaseKeys.Cached cached) {
            results.addAll(new CasePresent(golden, cached.snapshot(), arena).results());
        }
        return judge();
    }

    /// The first tensor that is off; every expected one must have been compared.
    private Outcome judge() {
        for (String name : golden.expected().keySet()) {
            if (results.stream().noneMatch(result -> result.name.equals(name))) {
                throw golden.malformed("expected must hold only what the case's op gives", name);
            }
        }
        return results.stream()
                .map(Result::judge)
                .filter(outcome -> !(outcome instanceof Outcome.Passed))
                .findFirst()
                .orElseGet(() -> new Outcome.Passed(peer()));
    }

    /// Of outputs that 16 bits do not round.
    private Optional<PeerFigure> peer() {
        Result output = results.getFirst();
        return output.actual.type().bytes() < Float.BYTES
                ? Optional.empty()
                : golden.peers().map(peers -> PeerFigure.of(peers, output.actual, output.wanted));
    }

    private void giveMasksAndSinks(AttentionArguments arguments) throws IOException {
        if (attributes.mask().isPresent()) {
            CaseAttributes.Named mask = attributes.mask().get();
            Tensor tensor = golden.input(mask.input()).load(arena);
            if (mask.kind().equals("bool")) {
                arguments.mask(tensor);
            } else {
                arguments.bias(tensor);
            }
        }
        if (attributes.alibi().isPresent()) {
            arguments.alibiSlopes(golden.input(attributes.alibi().get().input()).load(arena));
        }
        if (attributes.sinks().isPresent()) {
            arguments.sink(golden.input(attributes.sinks().get().input()).load(arena));
        }
    }

    private void giveResults(AttentionArguments arguments, Tensor query, boolean rounds) throws IOException {
        arguments.output(keep("out", spec.outputType(), rounds).actual);
        if (golden.expected().containsKey("lse")) {
            arguments.logSumExp(keep("lse", ElementType.F64, false).actual);
        } else if (spec.hasLogSumExp()) {
            int[] shape = Arrays.copyOf(query.shape(), 3);
            arguments.logSumExp(Tensor.of(new double[AxisOrder.count(shape)], shape));
        }
        if (spec.scoreStage().isPresent()) {
            arguments.scores(keep("qk", ElementType.F64, false).actual);
        }
    }

    private Result keep(String name, ElementType type, boolean rounds) throws IOException {
        Result result = Result.of(golden, name, type, rounds, attributes.qHeads(), arena);
        results.add(result);
        return result;
    }

    /// A tensor that a run writes, beside what should be in it.
    record Result(String name, Tensor actual, Tensor wanted, Tolerance bound) {
        /// Laid out as the expected one, filled with NaN so that an element left out shows.
        static Result of(GoldenCase golden, String name, ElementType type, boolean rounds, int heads, Arena arena)
                throws IOException {
            Expected expected = golden.expected(name);
            CaseTensor stored = expected.tensor();
            if (!stored.isTensorType() || stored.view().isPresent()) {
                throw golden.malformed(
                        "expected." + name + " must be of a floating-point type and without strides", stored.dtype());
            }
            // Read first: its shape has then been checked against its file.
            Tensor wanted = AxisOrder.logical(stored.load(arena), stored.axes(), heads);
            return new Result(name, like(stored, type, heads, arena), wanted, expected.bound(type, rounds));
        }

        Outcome judge() {
            return Comparison.of(name, actual, wanted, bound);
        }
    }

    /// A tensor of `type` laid out as `stored`, filled with NaN.
    static Tensor like(CaseTensor stored, ElementType type, int heads, Arena arena) {
        int count = AxisOrder.count(stored.shape());
        Tensor flat = Tensor.of(arena.allocate((long) count * type.bytes(), type.bytes()), type, count);
        for (int n = 0; n < count; n++) {
            flat.set(Double.NaN, n);
        }
        return AxisOrder.logical(Tensor.of(flat.segment(), type, stored.shape()), stored.axes(), heads);
    }

    private SequenceLengths lengths() {
        SequenceLengths lengths = new SequenceLengths(attributes.batch());
        if (attributes.varlen().isPresent()) {
            CaseAttributes.Varlen varlen = attributes.varlen().get();
            lengths.queryStarts(packed("qLens", varlen.queryStarts(), attributes.qLens()));
        } else {
            lengths.queryLens(attributes.qLens());
        }
        if (attributes.varlen().isPresent() && !keys.needsLengths()) {
            int[] starts = attributes
                    .varlen()
                    .get()
                    .keyStarts()
                    .orElseThrow(() -> golden.malformed("varlen without pages must hold cuSeqlensK", Map.of()));
            lengths.kvStarts(packed("kvLens", starts, attributes.kvLens()));
        } else {
            lengths.kvLens(attributes.kvLens());
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
}
