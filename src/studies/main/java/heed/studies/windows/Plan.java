package heed.studies.windows;

import heed.studies.train.AdamW;
import heed.studies.train.Optimiser;
import heed.studies.train.Schedule;
import heed.studies.train.Sgd;

/// A training, whole: everything that its numbers depend on.
///
/// @param rule what changes the weights
/// @param window when they decay
/// @param seed of initial weights and batches; the task is that of the seed, too
/// @param steps of the training
/// @param every steps between two looks at it
record Plan(Rule rule, Window window, long seed, long steps, long every) {
    static final int BATCH = 128;
    static final double GAMMA = 0.8;

    /// What changes the weights.
    enum Rule {
        /// η 3e-3, β .9 and .98.
        ADAMW("AdamW") {
            @Override
            Optimiser of(Model model, Window window) {
                AdamW.Betas betas = new AdamW.Betas(0.9, 0.98, 1e-8);
                return new AdamW(model.parameters(), Schedule.constant(3e-3), betas, window.decay());
            }
        },
        /// η .1, momentum .9.
        SGD("SGD") {
            @Override
            Optimiser of(Model model, Window window) {
                return new Sgd(model.parameters(), Schedule.constant(0.1), 0.9, window.decay());
            }
        };

        private final String title;

        Rule(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        abstract Optimiser of(Model model, Window window);
    }

    /// Up to the window there is no decay: this far it is the training without one.
    long shared() {
        return window.from();
    }

    /// The training without decay that it begins like.
    Plan undecayed() {
        return new Plan(rule, Window.NONE, seed, steps, every);
    }

    /// Its name in a list and as a file's.
    String label() {
        return "%s-%s-seed%d-T%d".formatted(rule, window.name().replaceAll("[^A-Za-z0-9.]+", "_"), seed, steps);
    }
}
