package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertThrows;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.Cancellation;
import heed.attention.CancelledRunException;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import org.junit.jupiter.api.Test;

/// Runs that end early: they say so, and the plan then computes as before.
public interface CancellationContract extends BackendContract {
    /// Cancelled while it runs, by another thread.
    @Test
    default void runsEndWhenCancelled() throws InterruptedException {
        AttentionSpec spec =
                AttentionSpec.builder(4, 32).kvHeads(2).mask(Mask.causal()).build();
        Problem problem = Problem.random(spec, 2, 300, 600, 97);
        try (AttentionPlan plan =
                computing(problem.spec()).plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
            Cancellation cancellation = Cancellation.onRequest();
            PartialOutput room = problem.room();
            AttentionArguments arguments = problem.arguments(room).cancellation(cancellation);
            Thread other = Thread.ofPlatform().start(cancellation::cancel);
            assertThrows(CancelledRunException.class, () -> {
                while (true) { // the first runs may be over before the other thread has begun
                    plan.run(arguments);
                }
            });
            other.join();
            Duel.of(problem).judge(problem.run(plan), problem.toString());
        }
    }
}
