package online;

import heed.attention.AttentionBackend;
import heed.attention.AttentionCall;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.CheckedPlan;
import heed.attention.ExtraOutput;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.SoftmaxState;
import heed.attention.Support;
import heed.attention.Tensor;
import heed.attention.UnsupportedSpecException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// A whole backend: one pass over the keys with an online softmax (Milakov and Gimelshein 2018, arXiv:1805.02867), in
/// double and on one thread.
///
/// The call's own readers give rows of every type and layout, and [AttentionCall#score] applies softcap,
/// expressions and masks; a faster backend replaces these, for what it supports, by kernels of its own.
public final class OnlineBackend implements AttentionBackend {
    @Override
    public String name() {
        return "online";
    }

    @Override
    public int rank() {
        return 1; // above the reference, below all that is made to be fast
    }

    @Override
    public Availability availability() {
        return new Availability.Available("Example", "1", Optional.empty(), OptionalInt.empty(), 1);
    }

    @Override
    public Support support(AttentionSpec spec) {
        boolean plain = Set.of(ExtraOutput.LOG_SUM_EXP).containsAll(spec.extraOutputs());
        Support.Check check = new Support.Check();
        return check.require(plain, "extraOutputs", spec.extraOutputs(), "LOG_SUM_EXP").result();
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        if (support(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name(), unsupported);
        }
        return new Plan(name(), spec, sizes, options);
    }

    /// What one run needs to itself; nothing else is allocated.
    private record Rows(double[] query, double[] key, double[] value, double[] output)
            implements CheckedPlan.Workspace {
        Rows(AttentionSpec spec) {
            this(
                    new double[spec.headDim()],
                    new double[spec.headDim()],
                    new double[spec.valueDim()],
                    new double[spec.valueDim()]);
        }

        @Override
        public long bytes() {
            return Double.BYTES * 2L * (query.length + value.length);
        }

        @Override
        public void close() {}
    }

    private static final class Plan extends CheckedPlan<Rows> {
        Plan(String backend, AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            super(backend, spec, sizes, options.maxConcurrentRuns(), () -> new Rows(spec));
        }

        @Override
        protected void execute(AttentionCall call, Rows rows) {
            for (int b = 0; b < call.batch(); b++) {
                for (int h = 0; h < spec().queryHeads(); h++) {
                    for (int i = 0; i < call.queryLen(b); i++) {
                        call.checkCancelled();
                        store(call, rows, b, h, i, attend(call, rows, b, h, i));
                    }
                }
            }
        }

        /// A sink is a key without a value: the softmax begins with it.
        private SoftmaxState attend(AttentionCall call, Rows rows, int b, int h, int i) {
            call.readQuery(b, h, i, rows.query);
            Arrays.fill(rows.output, 0);
            SoftmaxState state = SoftmaxState.of(call.sinkLogit(h));
            int first = spec().mask().firstKey(call.offset(b) + i);
            int end = spec().mask().endKey(call.offset(b) + i, call.kvLen(b));
            for (int j = first; j < end; j++) {
                call.readKey(b, h / spec().groupSize(), j, rows.key);
                double dot = 0;
                for (int d = 0; d < rows.query.length; d++) {
                    dot += rows.query[d] * rows.key[d];
                }
                double score = call.score(b, h, i, j, spec().softmaxScale() * dot);
                if (score != Double.NEGATIVE_INFINITY) { // else the key is hidden: its value, NaN perhaps, is not read
                    SoftmaxState with = state.merge(SoftmaxState.of(score));
                    call.readValue(b, h / spec().groupSize(), j, rows.value);
                    add(rows, state.rescale(with.max()), Math.exp(score - with.max()));
                    state = with;
                }
            }
            return state;
        }

        private static void add(Rows rows, double keep, double weight) {
            for (int d = 0; d < rows.output.length; d++) {
                rows.output[d] = keep * rows.output[d] + weight * rows.value[d];
            }
        }

        /// Writes the row, or merges it into what is there: see [PartialOutput].
        private void store(AttentionCall call, Rows rows, int b, int h, int i, SoftmaxState state) {
            double keep = 0;
            double add = 1;
            if (call.hasLogSumExp()) {
                Tensor lse = call.logSumExp();
                long at = call.logSumExpAt(b, h, i);
                double old = call.accumulates() ? lse.type().read(lse.segment(), at) : Double.NEGATIVE_INFINITY;
                double total = PartialOutput.logAddExp(old, state.logSumExp());
                lse.type().write(lse.segment(), at, total);
                keep = PartialOutput.weight(old, total);
                add = call.accumulates() ? PartialOutput.weight(state.logSumExp(), total) : 1;
            }
            Tensor output = call.output();
            for (int d = 0; d < rows.output.length; d++) {
                double row = state.sum() == 0 ? 0 : spec().probabilityScale() * rows.output[d] / state.sum();
                long at = call.outputAt(b, h, i) + d * output.stride(3);
                double before = output.type().read(output.segment(), at);
                output.type().write(output.segment(), at, PartialOutput.weigh(keep, before, add, row));
            }
        }
    }
}
