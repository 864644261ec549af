package consumer;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.Mask;
import heed.attention.Support;
import heed.attention.Tensor;

/// Runs one causal grouped-query call on every backend that is available and compares it with the reference.
public final class Consumer {
    private static final AttentionSpec SPEC =
            AttentionSpec.builder(4, 64).kvHeads(2).mask(Mask.causal()).build();

    private static final int QUERIES = 70;
    private static final int KEYS = 90;

    public static void main(String[] arguments) {
        Attention attention = Attention.load();
        float[] expected = run(attention, "reference");
        boolean right = true;
        for (AttentionBackend backend : attention.backends()) {
            if (backend.availability() instanceof Availability.Available
                    && backend.support(SPEC) instanceof Support.Supported) {
                double error = difference(expected, run(attention, backend.name()));
                boolean agrees = error < 1e-5;
                System.out.println(backend.name() + (agrees ? " agrees" : " differs by " + error));
                right &= agrees;
            }
        }
        if (!right) {
            System.exit(1);
        }
        // Returning must be enough to end: no backend's thread may keep a process alive.
    }

    private static float[] run(Attention attention, String backend) {
        AttentionSpec spec = SPEC;
        float[] output = new float[4 * QUERIES * 64];
        attention.use(backend).run(
                spec,
                new AttentionArguments()
                        .query(Tensor.of(wave(4 * QUERIES * 64, 1), 1, 4, QUERIES, 64))
                        .key(Tensor.of(wave(2 * KEYS * 64, 2), 1, 2, KEYS, 64))
                        .value(Tensor.of(wave(2 * KEYS * 64, 3), 1, 2, KEYS, 64))
                        .output(Tensor.of(output, 1, 4, QUERIES, 64)));
        return output;
    }

    private static float[] wave(int count, int seed) {
        float[] elements = new float[count];
        for (int n = 0; n < count; n++) {
            elements[n] = (float) Math.sin(seed * 12.9898 + n * 78.233);
        }
        return elements;
    }

    private static double difference(float[] a, float[] b) {
        double worst = 0;
        for (int n = 0; n < a.length; n++) {
            worst = Math.max(worst, Math.abs(a[n] - b[n]));
        }
        return worst;
    }
}
