package heed.studies.windows;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;

/// Sarwan Ali, Critical Windows of Complexity Control, arXiv:2605.04396.
public final class WindowsStudy implements Study {
    /// Ready to run.
    public WindowsStudy() {}

    @Override
    public String name() {
        return "windows";
    }

    @Override
    public Paper paper() {
        return new Paper(
                "Critical Windows of Complexity Control",
                "Sarwan Ali",
                "https://arxiv.org/abs/2605.04396",
                "the full text; none of its numbers had been computed again");
    }

    @Override
    public Report run(Lab lab) {
        Courses courses = lab.quick() ? Courses.brief(lab) : Courses.whole(lab);
        Checks checks = new Checks(name());
        new WindowsChecks(checks).exact().trained(courses, lab.quick());
        return new Report(checks.list(), WindowsPage.of(courses));
    }
}
