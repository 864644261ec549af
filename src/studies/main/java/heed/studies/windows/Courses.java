package heed.studies.windows;

import heed.studies.claim.Lab;
import heed.studies.windows.Plan.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The trainings of the study: windows of a quarter of 20 000 steps, or of 1500 in the short form, each with the same
/// λ · length.
///
/// | window | steps                           |
/// |--------|---------------------------------|
/// | early  | from the first                  |
/// | mid    | from where early ends           |
/// | late   | the last; not in the short form |
///
/// What begins like a training without decay goes on from where that was kept.
///
/// @param none without decay, a course for each seed; so `early` and `mid`
/// @param late the same for one seed; empty in the short form
/// @param sgd early and mid by SGD, one each; empty in the short form
/// @param others mid with η λ, and λ 1e-3 throughout; empty in the short form
/// @param constant λ 0, 3e-4, 1e-3, 3e-3, 1e-2 throughout, a fifth of 15 000 steps; empty in the short form
record Courses(
        List<Course> none,
        List<Course> early,
        List<Course> mid,
        List<Course> late,
        List<Course> sgd,
        List<Course> others,
        List<Course> constant) {
    private static final long STATIC = 15_000;
    private static final double[] LAMBDAS = {0, 3e-4, 1e-3, 3e-3, 1e-2};

    /// How far trainings go.
    ///
    /// @param steps of each
    /// @param window steps that weights decay
    /// @param every steps between two looks; it divides both
    /// @param seeds trainings of a kind
    record Size(long steps, long window, long every, int seeds) {
        Plan plan(Rule rule, Window schedule, int seed) {
            return new Plan(rule, schedule, seed, steps, every);
        }

        /// A plan for each seed.
        List<Plan> plans(Window schedule) {
            return IntStream.rangeClosed(1, seeds)
                    .mapToObj(seed -> plan(Rule.ADAMW, schedule, seed))
                    .toList();
        }
    }

    /// One seed, and no longer than it takes to see the windows.
    static Courses brief(Lab lab) {
        return of(lab, new Size(3600, 1500, 300, 1), false);
    }

    /// Three seeds, 20 000 steps, and what else the paper compares.
    static Courses whole(Lab lab) {
        return of(lab, new Size(20_000, 5000, 500, 3), true);
    }

    static Courses of(Lab lab, Size size, boolean all) {
        Window early = Window.of("early", 0, size.window);
        Window mid = Window.of("mid", size.window, 2 * size.window);
        Window late = Window.of("late", size.steps - size.window, size.steps);
        List<List<Plan>> kinds = List.of(
                size.plans(Window.NONE),
                size.plans(early),
                size.plans(mid),
                all ? List.of(size.plan(Rule.ADAMW, late, 1)) : List.of(),
                all ? List.of(size.plan(Rule.SGD, early, 1), size.plan(Rule.SGD, mid, 1)) : List.of(),
                all ? otherPlans(size, mid) : List.of(),
                all ? constantPlans() : List.of());
        Map<Plan, Course> done = done(lab, kinds, Set.of(size.window, size.steps - size.window));
        List<List<Course>> courses = kinds.stream()
                .map(kind -> kind.stream()
                        .map(plan -> Objects.requireNonNull(done.get(plan)))
                        .toList())
                .toList();
        return new Courses(
                courses.get(0),
                courses.get(1),
                courses.get(2),
                courses.get(3),
                courses.get(4),
                courses.get(5),
                courses.get(6));
    }

    /// All of them, the first of each kind first: who looks on sees whole seeds.
    private static Map<Plan, Course> done(Lab lab, List<List<Plan>> kinds, Set<Long> branches) {
        List<Callable<Course>> parts = new ArrayList<>();
        int most = kinds.stream().mapToInt(List::size).max().orElse(0);
        for (int n = 0; n < most; n++) {
            for (List<Plan> kind : kinds) {
                kind.stream().skip(n).limit(1).forEach(plan -> parts.add(() -> Training.of(lab, plan, branches)));
            }
        }
        return lab.all(parts).stream().collect(Collectors.toMap(Course::plan, Function.identity()));
    }

    private static List<Plan> otherPlans(Size size, Window mid) {
        return List.of(size.plan(Rule.ADAMW, mid.withLearningRate(), 1), size.plan(Rule.ADAMW, Window.always(1e-3), 1));
    }

    /// Only as far as it is looked at.
    private static List<Plan> constantPlans() {
        return IntStream.range(0, LAMBDAS.length)
                .mapToObj(n -> new Plan(Rule.ADAMW, Window.always(LAMBDAS[n]), 1, STATIC / 5, STATIC / 50))
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
