package heed.studies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.claim.Check;
import heed.studies.claim.Lab;
import heed.studies.claim.Progress;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import heed.studies.windows.TrainingTest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every study, quickly: what must hold, holds. Of `windows`, whose quick form trains for minutes, [TrainingTest] has a
/// tiny run.
final class StudiesTest {
    @TempDir
    Path kept;

    static Stream<String> names() {
        return Studies.all().stream().map(Study::name).filter(name -> !name.equals("windows"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatMustHoldHolds(String name) {
        Study study = Studies.named(name).orElseThrow();
        Lab lab = Labs.keeping(kept, Runtime.getRuntime().availableProcessors(), Progress.NONE);

        Report report = study.run(lab);

        assertTrue(report.checks().size() > 2, "a study has checks: " + report.checks());
        List<Check> failed =
                report.checks().stream().filter(check -> !check.passes()).toList();
        assertEquals(List.of(), failed);
        String page = StudyPage.of(study, report, "heed study " + name, "");
        assertTrue(page.contains(StudyPage.summary(report.checks())), "the page tells what was found");
    }
}
