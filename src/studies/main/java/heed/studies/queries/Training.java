package heed.studies.queries;

import heed.studies.claim.Lab;
import java.util.Random;

/// A character model that was trained.
///
/// @param steps of each look
/// @param losses on training text, mean since the look before, nats a letter
/// @param held loss on text that was not trained on
record Training(QueryMode mode, double[] steps, double[] losses, double held) {
    private static final int LETTERS = 200_000;
    private static final int HELD_BATCHES = 20;

    /// `count` steps, with a look after each `look` of them; the same text for all, weights and batches by `seed`.
    static Training of(Lab lab, QueryMode mode, long seed, int count, int look) {
        lab.progress().doing("queries: %s, seed %d".formatted(mode.label(), seed));
        int[] text = Language.seeded(1, LETTERS).letters();
        int train = LETTERS * 9 / 10;
        Batch batch = new Batch(text);
        Random random = new Random(seed);
        double[] steps = new double[count / look];
        double[] losses = new double[count / look];
        try (CharacterModel model = new CharacterModel(lab, mode, seed)) {
            for (int step = 0; step < count; step++) {
                lab.stopIfInterrupted();
                batch.draw(random, 0, train);
                losses[step / look] += model.step(batch.ids, batch.next) / look;
                steps[step / look] = step + 1;
            }
            double held = 0;
            Random same = new Random(2);
            for (int n = 0; n < HELD_BATCHES; n++) {
                batch.draw(same, train, LETTERS);
                held += model.loss(batch.ids, batch.next) / HELD_BATCHES;
            }
            return new Training(mode, steps, losses, held);
        }
    }

    /// Pieces of a text and what follows each letter.
    private static final class Batch {
        private final int[] text;
        private final int[] ids = new int[CharacterModel.BATCH * CharacterModel.CONTEXT];
        private final int[] next = new int[ids.length];

        private Batch(int[] text) {
            this.text = text;
        }

        private void draw(Random random, int from, int to) {
            int length = CharacterModel.CONTEXT;
            for (int n = 0; n < CharacterModel.BATCH; n++) {
                int at = from + random.nextInt(to - from - length);
                System.arraycopy(text, at, ids, n * length, length);
                System.arraycopy(text, at + 1, next, n * length, length);
            }
        }
    }
}
