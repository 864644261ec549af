package heed.cli;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.PlanOptions;
import heed.attention.Support;
import java.util.Optional;
import java.util.OptionalInt;

/// A backend that computes as the reference does and takes as long as it is told to, by waiting.
///
/// @param shift of the query's scale, 0 to be right
record Paced(String name, int rank, String version, long micros, double shift) implements AttentionBackend {
    static Paced of(String name, int rank, long micros) {
        return new Paced(name, rank, "1", micros, 0);
    }

    static AttentionBackend reference() {
        return Attention.load().backend("reference");
    }

    @Override
    public Availability availability() {
        return new Availability.Available("Clock", version, Optional.empty(), OptionalInt.empty(), 1);
    }

    @Override
    public Support support(AttentionSpec spec) {
        return new Support.Supported();
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        AttentionSpec computed =
                spec.toBuilder().softmaxScale(spec.softmaxScale() + shift).build();
        return new PacedPlan(name, reference().plan(computed, sizes, options), micros * 1000);
    }

    private record PacedPlan(String backend, AttentionPlan plan, long nanos) implements AttentionPlan {
        @Override
        public AttentionSpec spec() {
            return plan.spec();
        }

        @Override
        public AttentionSizes sizes() {
            return plan.sizes();
        }

        @Override
        public long workspaceBytes() {
            return plan.workspaceBytes();
        }

        @Override
        public void run(AttentionArguments arguments) {
            long end = System.nanoTime() + nanos;
            plan.run(arguments);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            plan.close();
        }
    }
}
