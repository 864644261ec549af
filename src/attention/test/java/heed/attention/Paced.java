package heed.attention;

import heed.attention.reference.ReferenceBackend;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/// A backend that computes as the reference does and takes as long as it is told to, by waiting.
///
/// @param version of its library
/// @param nanos of a run of what is planned for
/// @param error added to every element
/// @param plans how many were made
record Paced(
        String name, int rank, String version, ToLongFunction<AttentionSizes> nanos, float error, AtomicInteger plans)
        implements AttentionBackend {
    static Paced of(String name, int rank, long micros) {
        return new Paced(name, rank, "1", _ -> micros * 1000, 0, new AtomicInteger());
    }

    Paced withVersion(String other) {
        return new Paced(name, rank, other, nanos, error, plans);
    }

    Paced wrongBy(float difference) {
        return new Paced(name, rank, version, nanos, difference, plans);
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
        plans.incrementAndGet();
        AttentionPlan plan = new ReferenceBackend().plan(spec, sizes, options);
        return new PacedPlan(name, plan, nanos.applyAsLong(sizes), error);
    }

    private record PacedPlan(String backend, AttentionPlan plan, long nanos, float error) implements AttentionPlan {
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
            if (error != 0) {
                Tensor output = Door.given("output", arguments.output);
                output.set(output.get(0, 0, 0, 0) + error, 0, 0, 0, 0);
            }
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
