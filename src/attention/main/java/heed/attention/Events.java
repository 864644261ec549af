package heed.attention;

import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// What a flight recording tells: plans, runs, refusals, backends passed over, wrong rows, libraries replaced, caches
/// that are full. While nothing records, each costs a look at a flag.
final class Events {
    /// Told whether runs are recorded; an event for each run would be an object for each.
    private static final Run RUNS = new Run();

    private Events() {}

    /// A plan was made.
    @Name("heed.Plan")
    @Label("Plan")
    @Category("Heed")
    @Description("A backend prepared runs of a spec")
    static final class Plan extends Event {
        @Label("Backend")
        String backend = "";

        @Label("Spec")
        String spec = "";

        @Label("Gradient")
        @Description("Whether it is a gradient's plan")
        boolean gradient;

        @Label("Workspace")
        @DataAmount
        long workspaceBytes;
    }

    /// A run ended.
    @Name("heed.Run")
    @Label("Run")
    @Category("Heed")
    @Description("A plan computed one batch")
    @StackTrace(false)
    static final class Run extends Event {
        @Label("Backend")
        String backend = "";

        @Label("Time")
        @Timespan
        long nanos;

        @Label("Gradient")
        @Description("Whether it was a gradient's run")
        boolean gradient;

        @Label("Floating-point operations")
        long flops;

        @Label("Bytes read and written")
        @DataAmount
        long bytes;

        @Label("Sequences")
        int batch;
    }

    /// A run was refused, or failed.
    @Name("heed.Refusal")
    @Label("Refusal")
    @Category("Heed")
    static final class Refusal extends Event {
        @Label("Backend")
        String backend = "";

        @Label("Message")
        String message = "";
    }

    /// A backend of higher rank was passed over.
    @Name("heed.Fallback")
    @Label("Fallback")
    @Category("Heed")
    static final class Fallback extends Event {
        @Label("Backend")
        String backend = "";

        @Label("Reason")
        String reason = "";
    }

    /// A backend's library was replaced by another; one that was refused is a `heed.Refusal`.
    @Name("heed.Replacement")
    @Label("Replacement")
    @Category("Heed")
    static final class Replaced extends Event {
        @Label("Backend")
        String backend = "";

        @Label("Successor")
        @Description("What the backend is called from now on")
        String successor = "";

        @Label("Library")
        String library = "";

        @Label("Time")
        @Description("From the first look at the file until plans are made with it")
        @Timespan
        long nanos;
    }

    /// A cache had too few free pages.
    @Name("heed.PageExhaustion")
    @Label("Page exhaustion")
    @Category("Heed")
    static final class PageExhaustion extends Event {
        @Label("Sequence")
        int sequence;

        @Label("Pages needed")
        long needed;

        @Label("Pages free")
        int free;
    }

    /// Backends were measured.
    @Name("heed.Tuning")
    @Label("Tuning")
    @Category("Heed")
    @Description("Backends were measured, to choose the fastest of them")
    static final class Tuned extends Event {
        @Label("Shapes")
        String bucket = "";

        @Label("Costs")
        String costs = "";

        @Label("Time")
        @Timespan
        long nanos;
    }

    static void tuning(ShapeBucket bucket, List<MeasuredCost> costs, long nanos) {
        Tuned event = new Tuned();
        if (event.isEnabled()) {
            event.bucket = bucket.toString();
            event.costs = costs.toString();
            event.nanos = nanos;
            event.commit();
        }
    }

    /// A self-check found a wrong row.
    @Name("heed.Mismatch")
    @Label("Mismatch")
    @Category("Heed")
    @Description("A row of a backend is not what the reference says")
    static final class WrongRow extends Event {
        @Label("Backend")
        String backend = "";

        @Label("Got")
        double got;

        @Label("Expected")
        double expected;

        @Label("Tolerance")
        double tolerance;

        @Label("Trace")
        String trace = "";
    }

    /// A session shut a backend out, or let it in again.
    @Name("heed.Quarantine")
    @Label("Quarantine")
    @Category("Heed")
    static final class Shut extends Event {
        @Label("Backend")
        String backend = "";

        @Label("Lifted")
        boolean lifted;
    }

    static void plan(AttentionPlan plan) {
        plan(plan.backend(), plan.spec(), plan.workspaceBytes(), false);
    }

    static void plan(GradientPlan plan) {
        plan(plan.backend(), plan.spec(), plan.workspaceBytes(), true);
    }

    private static void plan(String backend, AttentionSpec spec, long workspaceBytes, boolean gradient) {
        Plan event = new Plan();
        if (event.isEnabled()) {
            event.backend = backend;
            event.spec = spec.toString();
            event.gradient = gradient;
            event.workspaceBytes = workspaceBytes;
            event.commit();
        }
    }

    static boolean recordsRuns() {
        return RUNS.isEnabled();
    }

    static void run(String backend, long nanos, AttentionCall call) {
        Run event = new Run();
        event.flops = CallCost.flops(call);
        event.bytes = CallCost.bytes(call);
        commit(event, backend, nanos, call);
    }

    static void run(String backend, long nanos, GradientCall call) {
        Run event = new Run();
        event.gradient = true;
        event.flops = CallCost.flops(call);
        event.bytes = CallCost.bytes(call);
        commit(event, backend, nanos, call.forward());
    }

    private static void commit(Run event, String backend, long nanos, AttentionCall forward) {
        event.backend = backend;
        event.nanos = nanos;
        event.batch = forward.batch();
        event.commit();
    }

    static void refusal(String backend, RuntimeException thrown) {
        Refusal event = new Refusal();
        if (event.isEnabled()) {
            event.backend = backend;
            event.message = String.valueOf(thrown.getMessage());
            event.commit();
        }
    }

    static void fallback(String backend, String reason) {
        Fallback event = new Fallback();
        if (event.isEnabled()) {
            event.backend = backend;
            event.reason = reason;
            event.commit();
        }
    }

    static void mismatch(Mismatch mismatch) {
        WrongRow event = new WrongRow();
        if (event.isEnabled()) {
            event.backend = mismatch.backend();
            event.got = mismatch.got();
            event.expected = mismatch.expected();
            event.tolerance = mismatch.tolerance();
            event.trace = mismatch.toString();
            event.commit();
        }
    }

    static void replacement(Replacement replacement, String successor, long nanos) {
        Replaced event = new Replaced();
        if (event.isEnabled()) {
            event.backend = replacement.old();
            event.successor = successor;
            event.library = replacement.library().toString();
            event.nanos = nanos;
            event.commit();
        }
    }

    static void quarantine(String backend, boolean lifted) {
        Shut event = new Shut();
        event.backend = backend;
        event.lifted = lifted;
        event.commit();
    }

    static void pageExhaustion(int sequence, long needed, int free) {
        PageExhaustion event = new PageExhaustion();
        if (event.isEnabled()) {
            event.sequence = sequence;
            event.needed = needed;
            event.free = free;
            event.commit();
        }
    }
}
