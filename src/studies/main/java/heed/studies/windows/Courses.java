package heed.studies.windows;

import heed.studies.claim.Lab;
import heed.studies.windows.Plan.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// The trainings of the study: windows of a quarter of the training, each with the same λ · length.
///
/// | window | steps                      |
/// |--------|----------------------------|
/// | early  | the first quarter          |
/// | mid    | the second                 |
/// | late   | the last                   |
///
/// A chain of trainings that begin alike runs on one core, so that each begins where the first was kept.
///
/// @param none without decay, a course for each seed; so `early` and `mid`
/// @param late the same; empty in the short form
/// @param others one each: mid with η λ, mid and early by SGD, λ 1e-3 throughout; empty in the short form
/// @param constant λ 0, 3e-4, 1e-3, 3e-3, 1e-2 throughout, a fifth of 15 000 steps; empty in the short form
record Courses(
        List<Course> none,
        List<Course> early,
        List<Course> mid,
        List<Course> late,
        List<Course> others,
        List<Course> constant) {
    private static final long STATIC = 15_000;
    private static final double[] LAMBDAS = {0, 3e-4, 1e-3, 3e-3, 1e-2};

    /// One seed, 6000 steps.
    static Courses brief(Lab lab) {
        return train(lab, 6000, 300, 1, false);
    }

    /// Three seeds, 20 000 steps, and what else the paper compares.
    static Courses whole(Lab lab) {
        return train(lab, 20_000, 500, 3, true);
    }

    static Courses train(Lab lab, long steps, long every, int seeds, boolean others) {
        long quarter = steps / 4;
        Window mid = Window.of("mid", quarter, 2 * quarter);
        Window early = Window.of("early", 0, quarter);
        Window late = Window.of("late", 3 * quarter, steps);
        List<Window> chain = new ArrayList<>(List.of(Window.NONE, mid));
        if (others) {
            chain.add(late);
        }
        List<Callable<List<Course>>> parts = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            int own = seed;
            parts.add(() -> chain(lab, chain, own, steps, every));
        }
        for (int seed = 1; seed <= seeds; seed++) {
            int own = seed;
            parts.add(() -> chain(lab, List.of(early), own, steps, every));
        }
        if (others) {
            parts.add(() -> constant(lab));
            parts.add(() -> list(lab, new Plan(Rule.SGD, mid, 1, steps, every)));
            parts.add(() -> list(lab, new Plan(Rule.SGD, early, 1, steps, every)));
            parts.add(() -> list(lab, new Plan(Rule.ADAMW, Window.always(1e-3), 1, steps, every)));
            parts.add(() -> list(lab, new Plan(Rule.ADAMW, mid.withLearningRate(), 1, steps, every)));
        }
        List<List<Course>> done = lab.all(parts);
        List<List<Course>> chains = done.subList(0, seeds);
        return new Courses(
                nth(chains, 0),
                nth(done.subList(seeds, 2 * seeds), 0),
                nth(chains, 1),
                others ? nth(chains, 2) : List.of(),
                others
                        ? done.subList(2 * seeds + 1, done.size()).stream()
                                .map(List::getFirst)
                                .toList()
                        : List.of(),
                others ? done.get(2 * seeds) : List.of());
    }

    private static List<Course> nth(List<List<Course>> chains, int n) {
        return chains.stream().map(chain -> chain.get(n)).toList();
    }

    private static List<Course> chain(Lab lab, List<Window> windows, int seed, long steps, long every) {
        return windows.stream()
                .map(window -> Training.of(lab, new Plan(Rule.ADAMW, window, seed, steps, every)))
                .toList();
    }

    private static List<Course> list(Lab lab, Plan plan) {
        return List.of(Training.of(lab, plan));
    }

    /// Only as far as it is looked at.
    private static List<Course> constant(Lab lab) {
        return IntStream.range(0, LAMBDAS.length)
                .mapToObj(n ->
                        Training.of(lab, new Plan(Rule.ADAMW, Window.always(LAMBDAS[n]), 1, STATIC / 5, STATIC / 50)))
                .toList();
    }

    /// Mean of a column's last numbers over seeds.
    static double mean(List<Course> seeds, int column) {
        return seeds.stream()
                .mapToDouble(course -> course.last(column))
                .average()
                .orElseThrow();
    }
}
