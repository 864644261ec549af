package heed.conformance;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionCall;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.CheckedPlan;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.SequenceLengths;
import heed.attention.Support;
import heed.attention.Tensor;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/// Backends that are wrong in one way, to show that the contract notices.
final class Mutants {
    private static final AttentionBackend REFERENCE = Attention.load().backend("reference");

    private Mutants() {}

    private interface Mutant extends AttentionBackend {
        @Override
        default String name() {
            return "mutant";
        }

        @Override
        default int rank() {
            return 0;
        }

        @Override
        default Availability availability() {
            return REFERENCE.availability();
        }

        @Override
        default Support support(AttentionSpec spec) {
            return REFERENCE.support(spec);
        }
    }

    /// Computes another spec than it was asked for.
    static AttentionBackend ofSpec(UnaryOperator<AttentionSpec> change) {
        return (Mutant) (spec, sizes, options) -> REFERENCE.plan(change.apply(spec), sizes, options);
    }

    /// Computes rightly and then does damage; for specs without mask tensors, padded or of equal lengths.
    static AttentionBackend ofResult(BiConsumer<AttentionCall, PlanOptions> damage) {
        return (Mutant) (spec, sizes, options) -> new DamagedPlan(spec, sizes, options, (_, _) -> {}, damage);
    }

    /// Computes rightly, but with other arguments; for the same specs.
    static AttentionBackend ofArguments(BiConsumer<AttentionCall, AttentionArguments> misreading) {
        return (Mutant) (spec, sizes, options) -> new DamagedPlan(spec, sizes, options, misreading, (_, _) -> {});
    }

    private record Nothing() implements CheckedPlan.Workspace {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static final class DamagedPlan extends CheckedPlan<Nothing> {
        private final AttentionSpec spec;
        private final PlanOptions options;
        private final BiConsumer<AttentionCall, AttentionArguments> misreading;
        private final BiConsumer<AttentionCall, PlanOptions> damage;

        DamagedPlan(
                AttentionSpec spec,
                AttentionSizes sizes,
                PlanOptions options,
                BiConsumer<AttentionCall, AttentionArguments> misreading,
                BiConsumer<AttentionCall, PlanOptions> damage) {
            super("mutant", spec, sizes, options.maxConcurrentRuns(), Nothing::new);
            this.spec = spec;
            this.options = options;
            this.misreading = misreading;
            this.damage = damage;
        }

        @Override
        protected void execute(AttentionCall call, Nothing workspace) {
            int[] queryLens = new int[call.batch()];
            int[] kvLens = new int[call.batch()];
            int[] offsets = new int[call.batch()];
            Arrays.setAll(queryLens, call::queryLen);
            Arrays.setAll(kvLens, call::kvLen);
            Arrays.setAll(offsets, call::offset);
            SequenceLengths lengths =
                    new SequenceLengths(call.batch()).queryLens(queryLens).kvLens(kvLens);
            AttentionArguments arguments = new AttentionArguments()
                    .query(call.query())
                    .key(call.key())
                    .value(call.value())
                    .output(call.output())
                    .lengths(spec.alignment() == QueryAlignment.OFFSET ? lengths.offsets(offsets) : lengths);
            if (call.hasLogSumExp()) {
                arguments.logSumExp(call.logSumExp());
            }
            if (spec.kvType().isQuantised()) {
                arguments.keyScale(call.keyScale()).valueScale(call.valueScale());
            }
            if (spec.sink()) {
                double[] logits = new double[spec.queryHeads()];
                Arrays.setAll(logits, call::sinkLogit);
                arguments.sink(Tensor.of(logits, logits.length));
            }
            misreading.accept(call, arguments);
            try (AttentionPlan plan = REFERENCE.plan(spec, sizes(), PlanOptions.DEFAULT)) {
                plan.run(arguments);
            }
            damage.accept(call, options);
        }
    }
}
