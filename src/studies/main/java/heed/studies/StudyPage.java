package heed.studies;

import heed.studies.claim.Check;
import heed.studies.claim.Expectation;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import heed.studies.page.Html;
import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.List;
import java.util.Locale;

/// A study's page: what is claimed, the pictures, the table of checks, how it was computed, the command.
public final class StudyPage {
    private StudyPage() {}

    /// The page as HTML that needs nothing else.
    ///
    /// @param command that makes it again
    /// @param where machine, versions and time, in a line
    public static String of(Study study, Report report, String command, String where) {
        Paper paper = study.paper();
        Page page = report.page();
        Html html = new Html(paper.title()).heading(1, paper.title()).faint(paper.authors());
        if (!paper.url().isEmpty()) {
            html.link(paper.url());
        }
        html.faint("What was to be had of it: " + paper.seen());
        html.heading(2, "What is claimed");
        page.claimed().forEach(html::paragraph);
        for (Section section : page.sections()) {
            html.section(section);
        }
        html.heading(2, "What was found").paragraph(summary(report.checks()));
        checks(html, report.checks());
        html.heading(2, "How it was computed");
        page.computed().forEach(html::paragraph);
        return html.code(command).faint(where).text();
    }

    /// The front of several pages.
    public static String index(List<Study> studies, List<Report> reports, String command, String where) {
        Html html = new Html("What attention is doing, computed again")
                .heading(1, "What attention is doing, computed again")
                .paragraph(
                        "Claims of papers about attention, each computed again here. A claim of ours must hold; one of "
                                + "a paper that does not is a finding.");
        for (int n = 0; n < studies.size(); n++) {
            Study study = studies.get(n);
            html.heading(2, study.paper().title())
                    .link(study.name() + ".html")
                    .paragraph(summary(reports.get(n).checks()));
        }
        return html.code(command).faint(where).text();
    }

    /// How many checks came out how.
    public static String summary(List<Check> checks) {
        StringBuilder text = new StringBuilder();
        for (Check.Verdict verdict : Check.Verdict.values()) {
            long count =
                    checks.stream().filter(check -> check.verdict() == verdict).count();
            if (count > 0 || verdict == Check.Verdict.FAILED) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(count)
                        .append(' ')
                        .append(word(verdict, count));
            }
        }
        return text.toString();
    }

    private static String word(Check.Verdict verdict, long count) {
        return verdict == Check.Verdict.FINDING && count != 1 ? "findings" : word(verdict);
    }

    /// A verdict in a word.
    public static String word(Check.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static void checks(Html html, List<Check> checks) {
        html.raw(
                "<div class=\"scroll\"><table class=\"checks\"><thead><tr><th>claim</th><th>expected</th><th>measured</th>"
                        + "<th></th><th>source</th></tr></thead><tbody>\n");
        for (Check check : checks) {
            html.row(
                    check.claim(),
                    check.expected().toString(),
                    Expectation.number(check.measured()),
                    word(check.verdict()),
                    check.source().toString());
        }
        html.raw("</tbody></table></div>\n");
    }
}
