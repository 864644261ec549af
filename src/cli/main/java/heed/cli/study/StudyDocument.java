package heed.cli.study;

import heed.cli.print.Environment;
import heed.studies.StudyPage;
import heed.studies.claim.Check;
import java.util.List;

/// What `heed study --json` tells.
///
/// @param quick whether what takes long was left out
/// @param seconds that all of it took
/// @param checks every claim, study by study
public record StudyDocument(Environment environment, String command, boolean quick, double seconds, List<Line> checks) {
    /// A claim.
    ///
    /// @param pass whether the run may succeed: a finding may
    /// @param verdict passed, failed, finding or told
    public record Line(
            String study, String claim, String expected, double measured, boolean pass, String verdict, String source) {
        /// Of `check`.
        static Line of(Check check) {
            return new Line(
                    check.study(),
                    check.claim(),
                    check.expected().toString(),
                    check.measured(),
                    check.passes(),
                    StudyPage.word(check.verdict()),
                    check.source().toString());
        }
    }
}
