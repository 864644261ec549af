package heed.studies.claim;

import java.util.ArrayList;
import java.util.List;

/// Collects the checks of a study.
public final class Checks {
    private final String study;
    private final List<Check> checks = new ArrayList<>();

    /// None yet, of the study called `study`.
    public Checks(String study) {
        this.study = study;
    }

    /// Adds one.
    public Checks add(String claim, Expectation expected, double measured, Source source) {
        checks.add(new Check(study, claim, expected, measured, source));
        return this;
    }

    /// Those so far.
    public List<Check> list() {
        return List.copyOf(checks);
    }
}
