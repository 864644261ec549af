package heed.studies.windows;

import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The page of the study.
final class WindowsPage {
    private WindowsPage() {}

    static Page of(Courses courses) {
        List<Section> sections = new ArrayList<>();
        sections.add(Section.of(
                "When decay acts",
                "One training a line, the first seed. Where all examples of seen pairs are known but unseen pairs are at "
                        + "chance (1 of 16), the table was learned; where both are known, the rule.",
                accuracy(courses),
                complexity(courses)));
        if (!courses.sgd().isEmpty()) {
            sections.add(Section.of("The same by SGD", bySgd(courses), sgd(courses)));
        }
        if (!courses.constant().isEmpty()) {
            sections.add(Section.of(
                    "Decay throughout",
                    "The more the weights decay, the fewer directions the value matrices use. The paper finds that 28 to "
                            + "36 after a fifth of the training lets a network learn the rule.",
                    constant(courses)));
        }
        return new Page(claimed(!courses.others().isEmpty()), sections, computed());
    }

    private static List<String> claimed(boolean whole) {
        return List.of(
                "A small transformer is given a key and two anchors, each a fixed permutation of 16 keys, and is asked for "
                        + "the key after both. Some pairs of anchors are never shown. It can learn the shown answers by "
                        + "heart, or learn the permutations and compose them; only the second answers unseen pairs.",
                "The paper claims that weight decay decides which, and that it matters when it acts: with the same "
                        + "amount of decay in all, the first quarter of the training is of no use, the second gives the rule.",
                "As printed, the paper's rule takes η λ off the weights in a step, which over a whole window is 6 % and "
                        + "cannot do that. Its numbers fit λ itself. Here λ is taken"
                        + (whole ? ", and the printed form is run beside it." : "."));
    }

    private static Chart accuracy(Courses courses) {
        Chart chart = unseen("Accuracy on unseen pairs", courses);
        schedules(chart, courses, Course.UNSEEN);
        return chart.dashes(
                "training examples, no decay",
                courses.none().getFirst().column(Course.STEP),
                courses.none().getFirst().column(Course.TRAIN));
    }

    /// For shares of unseen pairs over steps, empty but for the window of mid.
    private static Chart unseen(String title, Courses courses) {
        return shaded(
                courses,
                new Chart(
                        title,
                        "Shaded: when weights decay in the training called mid.",
                        Axis.linear("step"),
                        Axis.linear("share of right answers").range(0, 1)));
    }

    private static Chart shaded(Courses courses, Chart chart) {
        Window mid = courses.mid().getFirst().plan().window();
        return chart.shade("mid", mid.from(), mid.to());
    }

    /// What `column` did in the first seed of each schedule.
    private static void schedules(Chart chart, Courses courses, int column) {
        line(chart, "no decay", courses.none(), column);
        line(chart, "early", courses.early(), column);
        line(chart, "mid", courses.mid(), column);
        if (!courses.late().isEmpty()) {
            line(chart, "late", courses.late(), column);
        }
    }

    private static String bySgd(Courses courses) {
        return String.format(
                Locale.ROOT,
                "At the end, decay in the first quarter has %.2f of the unseen pairs right by AdamW (mean of the seeds) and %.2f "
                        + "by SGD (one seed), in the second %.2f and %.2f. The paper has .12 and .32, .94 and .99.",
                Courses.mean(courses.early(), Course.UNSEEN),
                courses.sgd().get(0).last(Course.UNSEEN),
                Courses.mean(courses.mid(), Course.UNSEEN),
                courses.sgd().get(1).last(Course.UNSEEN));
    }

    private static Chart sgd(Courses courses) {
        Course early = courses.sgd().get(0);
        Course mid = courses.sgd().get(1);
        // in the colours of the chart above
        return unseen("Accuracy on unseen pairs, SGD", courses)
                .path("early", 1, early.column(Course.STEP), early.column(Course.UNSEEN))
                .path("mid", 2, mid.column(Course.STEP), mid.column(Course.UNSEEN));
    }

    private static void line(Chart chart, String name, List<Course> seeds, int column) {
        Course first = seeds.getFirst();
        chart.line(name, first.column(Course.STEP), first.column(column));
    }

    private static Chart complexity(Courses courses) {
        Chart chart = shaded(
                courses,
                new Chart(
                        "Complexity",
                        "C is the participation ratio of the value matrices' singular values: 64 for equal ones, 1 for one.",
                        Axis.linear("step"),
                        Axis.linear("C").range(0, 64)));
        schedules(chart, courses, Course.COMPLEXITY);
        return chart;
    }

    private static Chart constant(Courses courses) {
        Chart chart = new Chart(
                "Complexity under constant decay",
                "Dashed: the band from 28 to 36 of the paper.",
                Axis.linear("step"),
                Axis.linear("C").range(0, 64));
        for (Course course : courses.constant()) {
            chart.line(course.plan().window().name(), course.column(Course.STEP), course.column(Course.COMPLEXITY));
        }
        double[] ends = {0, courses.constant().getFirst().plan().steps()};
        return chart.dashes("28", ends, new double[] {28, 28}).theory("36", ends, new double[] {36, 36});
    }

    private static List<String> computed() {
        return List.of(
                "Two pre-norm layers, 64 wide, two heads, GELU MLPs of 256, learned tokens and positions, weights "
                        + "N(0, .8²/in), in double; attention and its gradient by Heed, 256 heads of three positions a "
                        + "call. AdamW with η 3e-3, β .9 and .98, batches of 128; SGD with η .1 and momentum .9.",
                "45 of the 64 pairs of 8 anchors are shown: 720 examples; the other 19 make 304. In a window λ · length "
                        + "is 20. Embeddings, gains and shifts do not decay. Seeds decide permutations, pairs, weights and "
                        + "batches; a training that is interrupted goes on from where it was, with the same bits.");
    }
}
