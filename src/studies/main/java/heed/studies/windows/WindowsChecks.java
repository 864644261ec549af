package heed.studies.windows;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.exactly;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;

import heed.studies.claim.Checks;
import heed.studies.claim.Source;
import heed.studies.math.Matrix;
import heed.studies.math.Svd;
import heed.studies.train.AdamW;
import heed.studies.train.Decay;
import heed.studies.train.Parameter;
import heed.studies.train.Schedule;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// The claims of the study.
final class WindowsChecks {
    private static final Source TABLE = Source.paper("tables of windows");
    private static final Source OURS = Source.exact("the task and the measure as the paper defines them");

    private final Checks checks;

    WindowsChecks(Checks checks) {
        this.checks = checks;
    }

    /// What holds before anything is trained.
    WindowsChecks exact() {
        Task task = Task.seeded(1);
        checks.add("examples for training", exactly(720), task.train().count(), OURS);
        checks.add("examples of unseen pairs", exactly(304), task.unseen().count(), OURS);
        Set<Task.Pair> shared = new HashSet<>(task.trainPairs());
        shared.retainAll(task.unseenPairs());
        checks.add("pairs in both", exactly(0), shared.size(), OURS);
        checks.add(
                "anchors that are first and second in training",
                exactly(8),
                Task.anchorsInBothPlaces(task.trainPairs()),
                OURS);
        checks.add(
                "participation ratio of the identity, 64",
                near(64, 1e-9),
                Svd.of(Matrix.identity(64)).participation(),
                OURS);
        Random random = new Random(3);
        Matrix one = Matrix.gaussian(random, 64, 1, 1).times(Matrix.gaussian(random, 1, 64, 1));
        checks.add("participation ratio of rank one", near(1, 1e-6), Svd.of(one).participation(), OURS);
        checks.add(
                "participation ratio of a Gaussian matrix of 64: (8/3π)² 64",
                near(46.1, 1),
                Svd.of(Matrix.gaussian(random, 64, 64, 1)).participation(),
                Source.derived("asymptotic"));
        stepWithoutGradient();
        return this;
    }

    private void stepWithoutGradient() {
        Parameter weight = Parameter.gaussian("weight", new Random(4), 8, 8, 1);
        Parameter embedding =
                Parameter.gaussian("embedding", new Random(5), 8, 8, 1).withoutDecay();
        Matrix expected = weight.value().copy().scale(1 - 0.25);
        Matrix untouched = embedding.value().copy();
        new AdamW(
                        List.of(weight, embedding),
                        Schedule.constant(3e-3),
                        AdamW.Betas.DEFAULT,
                        new Decay(Schedule.constant(0.25), false))
                .step();
        checks.add(
                "a step without gradient: weights are (1 - λ) θ, difference",
                exactly(0),
                weight.value().distance(expected),
                OURS);
        checks.add(
                "a step without gradient: embeddings are untouched, difference",
                exactly(0),
                embedding.value().distance(untouched),
                OURS);
    }

    /// What training shows. In the short form the windows are told, not judged: 3600 steps are not the
    /// paper's.
    void trained(Courses courses, boolean brief) {
        String sizes = sizes(courses.none());
        double none = Courses.mean(courses.none(), Course.UNSEEN);
        double early = Courses.mean(courses.early(), Course.UNSEEN);
        double mid = Courses.mean(courses.mid(), Course.UNSEEN);
        checks.add(
                "no decay: accuracy on training examples, " + sizes,
                exactly(1),
                Courses.mean(courses.none(), Course.TRAIN),
                TABLE);
        checks.add("no decay: accuracy on unseen pairs (paper .151), " + sizes, atMost(0.3), none, TABLE);
        checks.add("decay in the first quarter: accuracy on unseen pairs (paper .151), " + sizes, told(), early, TABLE);
        checks.add("decay in the second quarter: accuracy on unseen pairs (paper .931), " + sizes, told(), mid, TABLE);
        checks.add(
                "second less first quarter (paper .78), " + sizes, brief ? told() : atLeast(0.5), mid - early, TABLE);
        checks.add(
                "first quarter less no decay, absolute (paper .00), " + sizes,
                brief ? told() : atMost(0.2),
                Math.abs(early - none),
                TABLE);
        if (!brief) {
            checks.add(
                    "decay in the last quarter: accuracy on unseen pairs (paper .735), " + sizes(courses.late()),
                    told(),
                    Courses.mean(courses.late(), Course.UNSEEN),
                    TABLE);
            sgd(courses.sgd());
            courses.others().forEach(this::other);
            constant(courses.constant());
        }
    }

    private static String sizes(List<Course> courses) {
        String seeds = courses.size() == 1 ? "1 seed" : courses.size() + " seeds";
        return "%d steps, %s".formatted(courses.getFirst().plan().steps(), seeds);
    }

    private void sgd(List<Course> courses) {
        courses.forEach(this::other);
        checks.add(
                "by SGD, second less first quarter (paper .67), " + sizes(courses.subList(0, 1)),
                atLeast(0.5),
                courses.get(1).last(Course.UNSEEN) - courses.get(0).last(Course.UNSEEN),
                TABLE);
    }

    private void other(Course course) {
        checks.add(
                "%s, %s: accuracy on unseen pairs, %s"
                        .formatted(
                                course.plan().rule().title(),
                                course.plan().window().name(),
                                sizes(List.of(course))),
                told(),
                course.last(Course.UNSEEN),
                TABLE);
    }

    private void constant(List<Course> courses) {
        courses.forEach(course -> checks.add(
                "complexity C after 3000 steps, %s throughout"
                        .formatted(course.plan().window().name()),
                told(),
                course.last(Course.COMPLEXITY),
                TABLE));
        double[] complexity = {
            courses.get(0).last(Course.COMPLEXITY),
            courses.get(2).last(Course.COMPLEXITY),
            courses.get(4).last(Course.COMPLEXITY)
        };
        checks.add(
                "complexity C falls from λ 0 to 1e-3, least fall",
                atLeast(Math.ulp(1.0)),
                complexity[0] - complexity[1],
                TABLE);
        checks.add(
                "complexity C falls from λ 1e-3 to 1e-2, least fall",
                atLeast(Math.ulp(1.0)),
                complexity[1] - complexity[2],
                TABLE);
    }
}
