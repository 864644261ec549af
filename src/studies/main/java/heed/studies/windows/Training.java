package heed.studies.windows;

import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.train.Checkpoint;
import heed.studies.train.Optimiser;
import java.util.Set;
import java.util.SplittableRandom;

/// Trains by a [Plan], and keeps what it has: after each look, and for good when done. Told to stop, it
/// goes on
/// from the last look the next time, with the bits that it would have had.
///
/// Before its window a training is the one without decay; it begins from there where that one was kept.
final class Training {
    /// Seeds of batches lie apart from those of weights.
    private static final long BATCHES = 0x9E3779B97F4A7C15L;

    private final Lab lab;
    private final Plan plan;
    private final Task task;
    private final Set<Long> branches;
    private final int[] ids = new int[Plan.BATCH * Task.LEN];
    private final int[] answers = new int[Plan.BATCH];

    private Training(Lab lab, Plan plan, Set<Long> branches) {
        this.lab = lab;
        this.plan = plan;
        this.branches = branches;
        task = Task.seeded(plan.seed());
    }

    /// The course of `plan`; if it has no decay, its state after each step of `branches` is kept for those that begin
    /// like it.
    static Course of(Lab lab, Plan plan, Set<Long> branches) {
        return new Training(lab, plan, branches).run();
    }

    private Checkpoint kept(Plan of, long step) {
        String what = "windows, γ %s, batch %d, %s, after step %s"
                .formatted(Plan.GAMMA, Plan.BATCH, of, step < 0 ? "any" : step);
        String name = step < 0 ? of.label() : of.label() + "-" + step;
        return new Checkpoint(lab.kept().resolve("windows").resolve(name + ".training"), what);
    }

    private Course run() {
        Matrix looks = Matrix.zeros(Course.looks(plan), 4);
        try (Model model = new Model(
                lab, Plan.GAMMA, plan.seed(), Math.max(Plan.BATCH, task.train().count()))) {
            Optimiser optimiser = plan.rule().of(model, plan.window());
            Checkpoint mine = kept(plan, -1);
            if (!mine.load(optimiser, looks) && plan.shared() > 0) {
                kept(plan.undecayed(), plan.shared()).load(optimiser, looks);
            }
            while (optimiser.steps() < plan.steps()) {
                lab.stopIfInterrupted();
                lab.progress()
                        .doing("windows: %s, step %d of %d".formatted(plan.label(), optimiser.steps(), plan.steps()));
                advance(model, optimiser);
                look(model, optimiser.steps(), looks);
                mine.save(optimiser, looks);
                if (plan.window().equals(Window.NONE) && branches.contains(optimiser.steps())) {
                    kept(plan, optimiser.steps()).save(optimiser, looks);
                }
            }
        }
        return new Course(plan, looks);
    }

    private void advance(Model model, Optimiser optimiser) {
        for (long n = 0; n < plan.every(); n++) {
            draw(optimiser.steps());
            optimiser.clear();
            model.learn(ids, answers);
            optimiser.step();
        }
    }

    /// Batch number `step`, which depends on nothing else.
    private void draw(long step) {
        SplittableRandom random = new SplittableRandom(BATCHES * (plan.seed() + 1) + step);
        Task.Examples examples = task.train();
        for (int n = 0; n < Plan.BATCH; n++) {
            int example = random.nextInt(examples.count());
            System.arraycopy(examples.tokens(), Task.LEN * example, ids, Task.LEN * n, Task.LEN);
            answers[n] = examples.answers()[example];
        }
    }

    private void look(Model model, long step, Matrix looks) {
        int row = Math.toIntExact(step / plan.every()) - 1;
        looks.set(row, Course.STEP, step);
        looks.set(row, Course.TRAIN, model.accuracy(task.train()));
        looks.set(row, Course.UNSEEN, model.accuracy(task.unseen()));
        looks.set(row, Course.COMPLEXITY, model.complexity());
    }
}
