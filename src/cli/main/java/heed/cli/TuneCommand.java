package heed.cli;

import heed.attention.Attention;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Explanation;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.ShapeBucket;
import heed.attention.Tuning;
import heed.attention.TuningTable;
import heed.cli.bench.BenchShape;
import heed.cli.bench.MemoryBudget;
import heed.cli.bench.ShapeTable;
import heed.cli.input.InputException;
import heed.cli.print.Environment;
import heed.cli.print.Json;
import heed.cli.tune.TuneFile;
import heed.cli.tune.TuneReport;
import heed.cli.tune.TuneRow;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `heed tune`: which backend is fastest here, shape by shape.
///
/// Each is measured by the library's own [Tuning], so a server that embeds Heed and measures on first use finds the
/// same. Shapes in panels are not among the default ones: a layout belongs to the backend that asks for it, which no
/// other then reads.
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        description = "Measures which backend is fastest for each shape here, and keeps it.",
        footer = {
            "",
            "Shapes are written as for heed bench; each stands for those of like lengths and heads. Every",
            "backend is checked against the reference first; one that is wrong is not chosen, and the exit",
            "status is 1. The costs are kept in tuning.json in the cache (heed.cache, XDG_CACHE_HOME or",
            "~/.cache/heed) and hold for this processor, JDK and version of Heed, each for its library.",
            "",
            "heed attend chooses by them where no backend is named. heed embed and heed generate do not:",
            "their dense layers, which take most of their time, go to the same backend, and generate promises",
            "texts that are the same alone and among others, which forbids a choice by measurement."
        })
final class TuneCommand implements Callable<Integer> {
    private final Session session;
    private final TuneFile file;

    @Option(names = "--explain", description = "Print what is known of each shape and why it decides; measure nothing.")
    boolean explain;

    @Option(names = "--quick", description = "Two shapes, and less time for each.")
    boolean quick;

    @Option(names = "--shape", paramLabel = "S", description = "Instead of the default shapes; may be repeated.")
    List<String> shapes = List.of();

    @Option(names = "--threads", paramLabel = "N", description = "Threads of a run. Default: one a processor.")
    int threads = PlanOptions.DEFAULT.threads();

    @Option(names = "--json", paramLabel = "FILE", description = "Also write JSON.")
    Optional<Path> json = Optional.empty();

    TuneCommand(Session session, TuneFile file) {
        this.session = session;
        this.file = file;
    }

    @Override
    public Integer call() {
        int most = 8 * Runtime.getRuntime().availableProcessors();
        if (threads < 1 || threads > most) {
            throw new InputException("--threads must lie between 1 and %d here: --threads=%d", most, threads);
        }
        json.ifPresent(target -> Json.checkTarget("--json", target));
        List<BenchShape> wanted = chosenShapes();
        TuningTable kept = file.read(this::warn);
        TuneReport report = explain ? known(wanted, kept) : measured(wanted);
        if (explain) {
            report.explain(session.console().out());
        } else {
            report.print(session.console().out());
        }
        json.ifPresent(target -> Json.write(target, report.document()));
        return explain || report.passes() ? Exit.DONE : Exit.FAILED;
    }

    private List<BenchShape> chosenShapes() {
        return shapes.isEmpty()
                ? (quick ? ShapeTable.quick() : ShapeTable.defaults())
                        .stream().filter(shape -> !shape.panels()).toList()
                : shapes.stream().map(BenchShape::parse).toList();
    }

    private TuneReport known(List<BenchShape> wanted, TuningTable kept) {
        Tuning tuning = Tuning.known(kept);
        Attention attention = Attention.of(session.backends().attention()).tuned(tuning);
        return report(wanted.stream()
                .map(shape -> row(shape, attention, tuning, attention::explain))
                .toList());
    }

    /// Measures anew what is asked for; of the rest, what is kept stays. The file is written first, lest it
    /// turn out at the end that it cannot be, and after each shape, so that little is lost if the user ends it.
    private TuneReport measured(List<BenchShape> wanted) {
        // its bucket is what is measured, which is no larger
        wanted.forEach(MemoryBudget.here(0)::check);
        file.add(TuningTable.EMPTY);
        Tuning tuning = Tuning.measuring(TuningTable.EMPTY, file::add)
                .withEffort(quick ? Tuning.Effort.QUICK : Tuning.Effort.THOROUGH);
        Attention attention = Attention.of(session.backends().attention()).tuned(tuning);
        List<TuneRow> rows = wanted.stream()
                .map(shape -> {
                    session.console().progress("measuring " + shape);
                    return row(shape, attention, tuning, attention::measure);
                })
                .toList();
        session.console().progressDone();
        file.add(tuning.table());
        return report(rows);
    }

    private PlanOptions options() {
        return PlanOptions.DEFAULT.withThreads(threads);
    }

    /// Panels, where a shape has them, are those of the backend that would be chosen for rows.
    private static AttentionSpec spec(Attention attention, BenchShape shape) {
        AttentionSpec rows = shape.spec(KeyLayout.rows());
        return shape.panels()
                ? attention
                        .explain(rows, PlanOptions.DEFAULT)
                        .chosen()
                        .map(name -> shape.spec(attention.backend(name).preferredKeyLayout(rows)))
                        .orElse(rows)
                : rows;
    }

    /// [Attention#explain] or [Attention#measure].
    private interface Question {
        Explanation ask(AttentionSpec spec, AttentionSizes sizes, PlanOptions options);
    }

    private TuneRow row(BenchShape shape, Attention attention, Tuning tuning, Question question) {
        AttentionSpec spec = spec(attention, shape);
        Explanation explanation = question.ask(spec, shape.sizes(), options());
        ShapeBucket bucket = ShapeBucket.of(spec, shape.sizes(), options());
        return new TuneRow(shape.toString(), bucket.toString(), tuning.table().of(bucket), explanation);
    }

    private TuneReport report(List<TuneRow> rows) {
        return new TuneReport(Environment.here(), file.path().toString(), threads, rows);
    }

    private void warn(String sentence) {
        session.console().warn("heed tune: warning: " + sentence);
    }
}
