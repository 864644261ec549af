package heed.cli;

import heed.attention.Attention;
import heed.attention.Availability;
import heed.attention.Gemm;
import heed.attention.GemmBackend;
import heed.attention.PlanOptions;
import heed.cli.input.InputException;
import heed.cli.print.Json;
import heed.cli.study.StudyDocument;
import heed.cli.study.StudyOutput;
import heed.model.Cache;
import heed.studies.Studies;
import heed.studies.claim.Lab;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `heed study`: a paper's claims, computed again.
@Command(
        name = "study",
        mixinStandardHelpOptions = true,
        description = "Computes again what papers claim of attention, each claim a line.",
        footer = {
            "",
            "A claim whose source is exact or derived is Heed's own and must hold, else the exit status is 1. One",
            "of a paper that does not hold here is a finding: it is told, and the exit status stays.",
            "--quick leaves out what takes longer than some seconds a study. What takes long is kept in the",
            "cache (heed.cache, XDG_CACHE_HOME or ~/.cache/heed) as it goes, and taken up again from there."
        })
final class StudyCommand implements Callable<Integer> {
    /// What `--json` without a file means.
    private static final String STANDARD_OUTPUT = "-";

    private final Session session;

    @Parameters(index = "0", paramLabel = "NAME", description = "A study, or all; list prints their names.")
    String name = "";

    @Option(names = "--quick", description = "Leave out what takes long.")
    boolean quick;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = STANDARD_OUTPUT,
            description = "Write JSON to FILE too; without FILE, print JSON alone.")
    Optional<Path> json = Optional.empty();

    @Option(names = "--out", paramLabel = "DIR", description = "Also write a page for each study to DIR.")
    Optional<Path> out = Optional.empty();

    @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: one a processor.")
    int threads = PlanOptions.DEFAULT.threads();

    @Option(names = "--backend", paramLabel = "B", description = "The backend that must do it.")
    Optional<String> backend = Optional.empty();

    StudyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (name.equals("list")) {
            Studies.all()
                    .forEach(study -> session.console()
                            .out()
                            .println(study.name() + "  " + study.paper().title()));
            return Exit.DONE;
        }
        List<Study> chosen = chosen();
        int most = 8 * Runtime.getRuntime().availableProcessors();
        if (threads < 1 || threads > most) {
            throw new InputException("--threads must lie between 1 and %d here: --threads=%d", most, threads);
        }
        json.filter(file -> !printsJson()).ifPresent(file -> Json.checkTarget("--json", file));
        StudyOutput output = new StudyOutput(session.console().out(), printsJson(), command());
        out.ifPresent(output::prepare);
        Lab lab = lab();
        List<Report> reports = new ArrayList<>();
        for (Study study : chosen) {
            reports.add(run(study, lab, output));
        }
        StudyDocument document = output.document(quick, chosen, reports);
        if (printsJson()) {
            Json.print(session.console().out(), document);
        } else {
            output.summary(reports);
            json.ifPresent(file -> Json.write(file, document));
        }
        out.filter(_ -> chosen.size() > 1).ifPresent(folder -> output.writeIndex(folder, chosen, reports));
        return reports.stream().allMatch(Report::passes) ? Exit.DONE : Exit.FAILED;
    }

    /// A study's lines and page are there as soon as it ends, whatever becomes of the next.
    private Report run(Study study, Lab lab, StudyOutput output) {
        session.console().progress(study.name());
        Report report = study.run(lab);
        session.console().progressDone();
        output.print(study, report);
        out.ifPresent(folder -> output.writePage(folder, study, report));
        return report;
    }

    private boolean printsJson() {
        return json.map(Path::toString).filter(STANDARD_OUTPUT::equals).isPresent();
    }

    private List<Study> chosen() {
        if (name.equals("all")) {
            return Studies.all();
        }
        return List.of(Studies.named(name)
                .orElseThrow(() -> new InputException(
                        "NAME must be a study or all: NAME=%s, studies=%s",
                        name, Studies.all().stream().map(Study::name).collect(Collectors.joining(", ")))));
    }

    private Lab lab() {
        Attention attention = session.attention(backend);
        return new Lab(
                attention,
                gemm(),
                quick,
                threads,
                Cache.folder().resolve("studies"),
                what -> session.console().progress(what));
    }

    /// The product of the backend that is asked for, else the preferred one that can run.
    private GemmBackend gemm() {
        Gemm door = Gemm.of(session.backends().gemm());
        return backend.map(door::backend)
                .orElseGet(() -> session.backends().gemm().stream()
                        .filter(one -> one.availability() instanceof Availability.Available)
                        .findFirst()
                        .orElseThrow(() -> new InputException(
                                "no backend that multiplies matrices can run here; heed backends says why")));
    }

    private String command() {
        return "heed study " + name + (quick ? " --quick" : "")
                + backend.map(one -> " --backend " + one).orElse("")
                + out.map(folder -> " --out " + folder).orElse("");
    }
}
