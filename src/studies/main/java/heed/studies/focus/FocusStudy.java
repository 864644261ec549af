package heed.studies.focus;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;

/// Attention learns a Markov chain in stages: it condenses, focuses, dilutes, and begins again.
public final class FocusStudy implements Study {
    /// Ready to run.
    public FocusStudy() {}

    @Override
    public String name() {
        return "focus";
    }

    @Override
    public Paper paper() {
        return new Paper(
                "Focus and Dilution: The Multi-stage Learning Process of Attention",
                "Chen, Lin, Xu, Luo (ICML 2026)",
                "https://arxiv.org/abs/2605.01199",
                "the abstract, and what summaries say of the rest; rates and numbers were derived again");
    }

    @Override
    public Report run(Lab lab) {
        Checks checks = new Checks(name());
        Runs runs = Runs.of(lab);
        new FocusChecks(checks, runs).add();
        new BackwardCheck(lab, checks).add();
        return new Report(checks.list(), FocusPage.of(runs));
    }
}
