package heed.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Cancellation;
import heed.attention.CancelledRunException;
import heed.attention.Diagnostics;
import heed.attention.ExtraOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The masses of keys are a phase of their own, after all outputs are there: a deadline ends it as it ends the
/// others.
@ExtendWith(ForcedWidth.class)
final class ColumnMassDeadlineTest {
    private static final int ROWS = 200;
    private static final int KEYS = 3000;
    private static final AttentionSpec SPEC =
            AttentionSpec.builder(2, 16).extraOutput(ExtraOutput.COLUMN_MASS).build();

    private final Random random = new Random(71);
    private final float[] output = new float[2 * ROWS * 16];
    private final float[] masses = new float[2 * KEYS];
    private final AttentionArguments arguments = new AttentionArguments()
            .query(noise(ROWS))
            .key(noise(KEYS))
            .value(noise(KEYS))
            .output(Tensor.of(output, 1, 2, ROWS, 16))
            .diagnostics(new Diagnostics().columnMass(Tensor.of(masses, 1, 2, KEYS)));

    private Tensor noise(int rows) {
        float[] elements = new float[2 * rows * 16];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) random.nextGaussian();
        }
        return Tensor.of(elements, 1, 2, rows, 16);
    }

    private static boolean isWhole(float[] written) {
        for (float element : written) {
            if (Float.isNaN(element)) {
                return false;
            }
        }
        return true;
    }

    /// When a deadline passes is the machine's affair, so deadlines are tried until one has passed in that
    /// phase, as a whole output beside masses that are not shows; the plan then computes as before.
    @Test
    void aDeadlineThatPassesBetweenOutputsAndMasses() {
        try (AttentionPlan plan =
                new VectorBackend().plan(SPEC, new AttentionSizes(1, ROWS, KEYS), PlanOptions.DEFAULT.withThreads(1))) {
            plan.run(arguments);
            float[] wholeOutput = output.clone();
            float[] wholeMasses = masses.clone();
            long start = System.nanoTime();
            plan.run(arguments);
            long whole = System.nanoTime() - start;
            boolean found = false;
            while (!found && System.nanoTime() - start < 60_000_000_000L) {
                found = endsWithinMasses(plan, random.nextLong(1, 2 * whole));
            }
            assertTrue(found, "no deadline of 60 seconds passed in the phase");
            plan.run(arguments.cancellation(Cancellation.onRequest()));
            assertTrue(Arrays.equals(wholeOutput, output) && Arrays.equals(wholeMasses, masses), "the run after");
        }
    }

    private boolean endsWithinMasses(AttentionPlan plan, long nanos) {
        Arrays.fill(output, Float.NaN);
        Arrays.fill(masses, Float.NaN);
        try {
            plan.run(arguments.cancellation(Cancellation.after(Duration.ofNanos(nanos))));
        } catch (CancelledRunException ended) {
            assertEquals("the deadline of the run has passed: give it more time, or less to do", ended.getMessage());
            return isWhole(output) && !isWhole(masses);
        }
        assertTrue(isWhole(masses), "a run that ended well wrote no masses");
        return false;
    }
}
