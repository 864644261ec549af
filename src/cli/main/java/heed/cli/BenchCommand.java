package heed.cli;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.Availability.Available;
import heed.attention.Availability.Unavailable;
import heed.attention.BackendUnavailableException;
import heed.cli.bench.Bench;
import heed.cli.bench.BenchReport;
import heed.cli.bench.BenchShape;
import heed.cli.bench.LastLevelCache;
import heed.cli.bench.MemoryBudget;
import heed.cli.bench.ShapeTable;
import heed.cli.bench.features.FeatureBench;
import heed.cli.bench.features.FeatureReport;
import heed.cli.input.InputException;
import heed.cli.print.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `heed bench`: how near each backend comes to what this machine can do.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the ceilings of this machine, then backends × shapes, each checked.",
        footer = {
            "",
            "Shapes are queryHeads/kvHeads,queryLen/kvLen,headDim and, in any order, causal, a type of key and value"
                    + " (f32, f64, f16, bf16, int8, int4), rows or panels (keys as the backend prefers) and batch=N"
                    + " (N sequences in one ragged call), for example 32/8,1/4096,128,bf16,panels.",
            "Exit 1 if a result differs from the reference by more than its tolerance."
        })
final class BenchCommand implements Callable<Integer> {
    private enum Phases {
        PREFILL,
        DECODE,
        ALL
    }

    private final Session session;

    @Option(names = "--backend", split = ",", paramLabel = "B", description = "Default: all but reference.")
    List<String> backends = List.of();

    @Option(names = "--phase", description = "prefill, decode or all, the default.")
    Phases phase = Phases.ALL;

    @Option(names = "--threads", split = ",", paramLabel = "N", description = "Default: 1 and all cores.")
    List<Integer> threads = List.of();

    @Option(names = "--shape", paramLabel = "S", description = "Instead of the default shapes; may be repeated.")
    List<String> shapes = List.of();

    @Option(names = "--runs", paramLabel = "N", description = "Most timed runs of each row. Default: ${DEFAULT-VALUE}.")
    int runs = 50;

    @Option(names = "--quick", description = "Two shapes, or short ones for --features; less time for each.")
    boolean quick;

    @Option(names = "--scaling", description = "Also prefill of one head, 1024 to 16384 long, and how it grows.")
    boolean scaling;

    @Option(
            names = "--features",
            description = "Instead of shapes, what features cost: each beside a base that runs alternately with it.")
    boolean features;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write JSON.")
    Optional<Path> json = Optional.empty();

    BenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        checkNumbers();
        json.ifPresent(file -> Json.checkTarget("--json", file));
        Attention attention = Attention.of(session.backends().attention());
        return features ? measureFeatures(attention) : measureShapes(attention);
    }

    private int measureShapes(Attention attention) {
        Bench bench = new Bench(
                chosenBackends(attention),
                attention.backend("reference"),
                chosenShapes(),
                threads.isEmpty() ? defaultThreads() : threads,
                runs,
                quick,
                session.console()::progress);
        BenchReport report = bench.run();
        session.console().progressDone();
        report.print(session.console().out());
        json.ifPresent(file -> Json.write(file, report));
        return report.passes() ? Exit.DONE : Exit.FAILED;
    }

    private int measureFeatures(Attention attention) {
        if (!shapes.isEmpty() || scaling || phase != Phases.ALL) {
            throw new InputException("--features has shapes of its own: leave out --shape, --scaling and --phase");
        }
        FeatureBench bench = new FeatureBench(
                backends.isEmpty() ? named(attention, List.of("vector")) : named(attention, backends),
                attention.backend("reference"),
                threads.isEmpty() ? List.of(Runtime.getRuntime().availableProcessors()) : threads,
                runs,
                quick,
                session.console()::progress);
        FeatureReport report = bench.run();
        session.console().progressDone();
        report.print(session.console().out());
        json.ifPresent(file -> Json.write(file, report));
        return report.passes() ? Exit.DONE : Exit.FAILED;
    }

    private void checkNumbers() {
        for (int count : threads) {
            int most = 8 * Runtime.getRuntime().availableProcessors();
            if (count < 1 || count > most) {
                throw new InputException("threads must lie between 1 and %d here: threads=%d", most, count);
            }
        }
        if (runs < 1) {
            throw new InputException("runs must be at least 1: runs=%d", runs);
        }
    }

    private static List<Integer> defaultThreads() {
        return Stream.of(1, Runtime.getRuntime().availableProcessors())
                .distinct()
                .toList();
    }

    private List<BenchShape> chosenShapes() {
        List<BenchShape> named = shapes.isEmpty()
                ? quick ? ShapeTable.quick() : ShapeTable.defaults()
                : shapes.stream().map(BenchShape::parse).toList();
        List<BenchShape> wanted = Stream.concat(named.stream(), scaling ? ShapeTable.scaling().stream() : Stream.of())
                .filter(shape -> switch (phase) {
                    case ALL -> true;
                    case PREFILL -> shape.phase() == BenchShape.Phase.PREFILL;
                    case DECODE -> shape.phase() == BenchShape.Phase.DECODE;
                })
                .toList();
        if (wanted.isEmpty()) {
            throw new InputException(
                    "no shape is of phase %s: shapes=%s; leave out --phase",
                    phase.name().toLowerCase(), shapes);
        }
        wanted.forEach(MemoryBudget.here(LastLevelCache.exceeded())::check);
        return wanted;
    }

    private List<AttentionBackend> chosenBackends(Attention attention) {
        if (backends.isEmpty()) {
            return attention.backends().stream()
                    .filter(backend -> !backend.name().equals("reference"))
                    .filter(backend -> isAvailable(backend))
                    .toList();
        }
        return named(attention, backends);
    }

    private static List<AttentionBackend> named(Attention attention, List<String> names) {
        List<AttentionBackend> named = names.stream().map(attention::backend).toList();
        for (AttentionBackend backend : named) {
            if (backend.availability() instanceof Unavailable why) {
                throw new BackendUnavailableException(backend.name(), why);
            }
        }
        return named;
    }

    private boolean isAvailable(AttentionBackend backend) {
        return switch (backend.availability()) {
            case Available _ -> true;
            case Unavailable(var reason, var hint) -> {
                if (!backend.needsDevice()) {
                    session.console()
                            .warn("heed bench: " + backend.name() + " is unavailable, " + reason + "; " + hint);
                }
                yield false;
            }
        };
    }
}
