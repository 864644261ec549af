package heed.studies.windows;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.Labs;
import heed.studies.claim.Check;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tiny run of the study's trainings.
public final class TrainingTest {
    private static final Window MID = Window.of("mid", 5, 10);

    @TempDir
    Path kept;

    @TempDir
    Path other;

    private static Lab lab(Path kept, Progress progress) {
        return Labs.keeping(kept, 2, progress);
    }

    private static Plan plan(Window window) {
        return new Plan(Plan.Rule.ADAMW, window, 1, 20, 5);
    }

    @Test
    void exactClaimsHold() {
        Checks checks = new Checks("windows");

        new WindowsChecks(checks).exact();

        assertEquals(
                List.of(),
                checks.list().stream()
                        .filter(check -> check.verdict() != Check.Verdict.PASSED)
                        .toList());
    }

    @Test
    void accuracyRisesWithTraining() {
        Course course =
                Training.of(lab(kept, Progress.NONE), new Plan(Plan.Rule.ADAMW, Window.NONE, 1, 120, 120), Set.of());

        assertTrue(course.last(Course.TRAIN) > 2.0 / Task.KEYS, "chance is 1 of 16: " + course.last(Course.TRAIN));
    }

    @Test
    void interruptedTrainingGoesOnWithTheSameBits() {
        double[] whole = Training.of(lab(other, Progress.NONE), plan(MID), Set.of())
                .looks()
                .elements();
        AtomicInteger looks = new AtomicInteger();
        Progress stopsAtTheThird = _ -> {
            if (looks.incrementAndGet() == 3) {
                throw new CancellationException("stopped by the test");
            }
        };
        assertThrows(CancellationException.class, () -> Training.of(lab(kept, stopsAtTheThird), plan(MID), Set.of()));

        double[] resumed = Training.of(lab(kept, Progress.NONE), plan(MID), Set.of())
                .looks()
                .elements();

        assertArrayEquals(whole, resumed);
    }

    @Test
    void trainingThatBranchesOffHasTheBitsOfOneFromTheBeginning() {
        double[] whole = Training.of(lab(other, Progress.NONE), plan(MID), Set.of())
                .looks()
                .elements();
        AtomicInteger looks = new AtomicInteger();
        Training.of(lab(kept, Progress.NONE), plan(Window.NONE), Set.of(5L));

        double[] branched = Training.of(lab(kept, _ -> looks.incrementAndGet()), plan(MID), Set.of())
                .looks()
                .elements();

        assertArrayEquals(whole, branched);
        assertEquals(3, looks.get(), "looks after the first were made");
    }

    @Test
    void aTinyStudyHasItsChecksAndItsPage() {
        Courses courses = Courses.of(lab(kept, Progress.NONE), new Courses.Size(20, 5, 5, 1), false);
        Checks checks = new Checks("windows");

        new WindowsChecks(checks).trained(courses, true);

        assertEquals(6, checks.list().size());
        assertTrue(WindowsPage.of(courses)
                .sections()
                .getFirst()
                .figures()
                .getFirst()
                .markup()
                .contains("mid"));
    }

    @Test
    void decayedWeightsAreLessComplex() {
        Lab lab = lab(kept, Progress.NONE);
        Course none = Training.of(lab, plan(Window.NONE), Set.of());
        Course strong = Training.of(lab, plan(Window.always(0.1)), Set.of());

        assertTrue(strong.last(Course.COMPLEXITY) < none.last(Course.COMPLEXITY));
    }
}
