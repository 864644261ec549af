package heed.cli.study;

import heed.cli.input.InputException;
import heed.cli.print.Environment;
import heed.cli.print.Table;
import heed.studies.StudyPage;
import heed.studies.claim.Check;
import heed.studies.claim.Expectation;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/// What `heed study` writes: lines, pages, a document.
public final class StudyOutput {
    private final PrintWriter out;
    private final boolean silent;
    private final String command;
    private final long started = System.nanoTime();

    /// @param out where lines go
    /// @param silent whether JSON is printed, and so nothing else
    /// @param command that makes it again
    public StudyOutput(PrintWriter out, boolean silent, String command) {
        this.out = out;
        this.silent = silent;
        this.command = command;
    }

    /// Makes the folder of the pages, before work is done for it.
    public void prepare(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new InputException(failure, "--out must be a folder, or one that can be made: --out=%s", folder);
        }
        if (!Files.isWritable(folder)) {
            throw new InputException("--out must be a folder that can be written to: --out=%s", folder);
        }
    }

    /// The lines of a study.
    public void print(Study study, Report report) {
        if (silent) {
            return;
        }
        out.println();
        out.println(study.name() + ": " + study.paper().title());
        Table table = new Table("verdict", "measured", "expected", "claim", "source");
        for (Check check : report.checks()) {
            table.row(
                    StudyPage.word(check.verdict()),
                    Expectation.number(check.measured()),
                    check.expected(),
                    check.claim(),
                    check.source());
        }
        table.print(out);
    }

    /// The last line.
    public void summary(List<Report> reports) {
        List<Check> checks =
                reports.stream().flatMap(report -> report.checks().stream()).toList();
        out.println();
        out.println(StudyPage.summary(checks) + String.format(Locale.ROOT, " in %.1f s", seconds()));
    }

    /// The same for programs.
    public StudyDocument document(boolean quick, List<Study> studies, List<Report> reports) {
        List<StudyDocument.Line> lines = reports.stream()
                .flatMap(report -> report.checks().stream())
                .map(StudyDocument.Line::of)
                .toList();
        return new StudyDocument(Environment.here(), command, quick, seconds(), lines);
    }

    /// A study's page.
    public void writePage(Path folder, Study study, Report report) {
        write(folder.resolve(study.name() + ".html"), StudyPage.of(study, report, command, where()));
    }

    /// The page that leads to the others.
    public void writeIndex(Path folder, List<Study> studies, List<Report> reports) {
        write(folder.resolve("index.html"), StudyPage.index(studies, reports, command, where()));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new InputException(failure, "cannot write the page: file=%s, %s", file, failure);
        }
    }

    private static String where() {
        return Environment.here() + ", " + LocalDate.now();
    }

    private double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }
}
