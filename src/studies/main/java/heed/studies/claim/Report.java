package heed.studies.claim;

import heed.studies.page.Page;
import java.util.List;

/// What a study found.
///
/// @param checks in the order of the study's claims
/// @param page the same for readers, with pictures
public record Report(List<Check> checks, Page page) {
    /// Copies the list.
    public Report {
        checks = List.copyOf(checks);
    }

    /// Whether all that must hold holds.
    public boolean passes() {
        return checks.stream().allMatch(Check::passes);
    }
}
