package heed.cli;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.cli.print.Environment;
import heed.cli.print.Json;
import heed.conformance.golden.GoldenCase;
import heed.conformance.golden.GoldenRunner;
import heed.conformance.golden.GoldenSuite;
import heed.conformance.golden.Outcome;
import heed.conformance.golden.PeerFigure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `heed conformance`: cases whose results others computed.
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        description = "Runs golden cases: a line for each failure, a total for each backend, the sum last.",
        footer = {"", "Exit 1 if a case failed. What a backend does not compute is unsupported, with its reasons."})
final class ConformanceCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final int WORST_SHOWN = 5;

    private final Session session;

    @Parameters(paramLabel = "DIR", description = "A folder of case folders.")
    Path directory = Path.of("");

    @Option(names = "--backend", paramLabel = "B", description = "A backend or all, the default.")
    String backend = ALL;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write JSON.")
    Optional<Path> json = Optional.empty();

    ConformanceCommand(Session session) {
        this.session = session;
    }

    /// One case on one backend, as JSON tells it.
    record Result(
            String backend,
            String name,
            String outcome,
            Optional<String> reason,
            Optional<Double> worstError,
            Optional<Double> allowed,
            Optional<PeerFigure> peer) {
        static Result of(String backend, String name, Outcome outcome) {
            return switch (outcome) {
                case Outcome.Passed(var peer) ->
                    new Result(backend, name, "passed", Optional.empty(), Optional.empty(), Optional.empty(), peer);
                case Outcome.Failed(var what, var worst, var allowed) ->
                    new Result(
                            backend,
                            name,
                            "failed",
                            Optional.of(what),
                            number(worst),
                            number(allowed),
                            Optional.empty());
                case Outcome.Unsupported(var reason) ->
                    new Result(
                            backend,
                            name,
                            "unsupported",
                            Optional.of(reason),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty());
            };
        }

        private static Optional<Double> number(double value) {
            return Double.isNaN(value) ? Optional.empty() : Optional.of(value);
        }
    }

    /// How many cases came to what.
    record Total(String backend, long passed, long failed, long unsupported) {
        static Total of(String backend, List<Result> results) {
            return new Total(
                    backend, count(results, "passed"), count(results, "failed"), count(results, "unsupported"));
        }

        private static long count(List<Result> results, String outcome) {
            return results.stream()
                    .filter(result -> result.outcome.equals(outcome))
                    .count();
        }

        @Override
        public String toString() {
            return passed + " passed, " + failed + " failed, " + unsupported + " unsupported";
        }
    }

    /// What `--json` writes.
    record Report(Environment environment, List<Total> totals, List<Result> results) {}

    @Override
    public Integer call() {
        json.ifPresent(file -> Json.checkTarget("--json", file));
        List<Path> cases = new GoldenSuite(directory).cases();
        List<Result> all = new ArrayList<>();
        List<Total> totals = new ArrayList<>();
        for (AttentionBackend tested : backends()) {
            List<Result> results = run(tested, cases);
            Total total = Total.of(tested.name(), results);
            print(total, results);
            totals.add(total);
            all.addAll(results);
        }
        Total sum = Total.of(ALL, all);
        totals.add(sum);
        json.ifPresent(file -> Json.write(file, new Report(Environment.here(), totals, all)));
        session.console().out().println(sum);
        if (cases.stream().anyMatch(ConformanceCommand::isMalformed)) {
            return Exit.USAGE;
        }
        return sum.failed == 0 ? Exit.DONE : Exit.FAILED;
    }

    /// A case that cannot be read is listed as failed, since nothing was shown; and it is wrong input.
    private static boolean isMalformed(Path folder) {
        try {
            GoldenCase.read(folder);
            return false;
        } catch (IllegalArgumentException malformed) {
            return true;
        }
    }

    private List<AttentionBackend> backends() {
        Attention attention = Attention.of(session.backends().attention());
        return backend.equals(ALL) ? attention.backends() : List.of(attention.backend(backend));
    }

    private List<Result> run(AttentionBackend tested, List<Path> cases) {
        List<Result> results = new ArrayList<>();
        for (Path folder : cases) {
            String name = folder.getFileName().toString();
            session.console().progress("%s %d/%d %s".formatted(tested.name(), results.size() + 1, cases.size(), name));
            results.add(Result.of(tested.name(), name, GoldenRunner.run(tested, folder)));
        }
        session.console().progressDone();
        return results;
    }

    /// How many outputs are as near as PyTorch's in f32, and those that are farthest beyond.
    private void printPeers(String tested, List<Result> results) {
        List<Result> compared =
                results.stream().filter(result -> result.peer.isPresent()).toList();
        List<Result> worse = compared.stream()
                .filter(result -> !result.peer.orElseThrow().isMet())
                .sorted(Comparator.comparingDouble((Result result) -> {
                            PeerFigure peer = result.peer.orElseThrow();
                            return peer.error() / peer.bar();
                        })
                        .reversed())
                .toList();
        if (compared.isEmpty()) {
            return;
        }
        PrintWriter out = session.console().out();
        out.println("%s: output no worse than PyTorch's f32 in %d of %d cases"
                .formatted(tested, compared.size() - worse.size(), compared.size()));
        worse.stream().limit(WORST_SHOWN).forEach(result -> {
            PeerFigure peer = result.peer.orElseThrow();
            out.println("worse: %s %s: error %.3g, PyTorch's %.3g"
                    .formatted(tested, result.name, peer.error(), peer.bar()));
        });
    }

    private void print(Total total, List<Result> results) {
        PrintWriter out = session.console().out();
        Map<String, Integer> reasons = new LinkedHashMap<>();
        for (Result result : results) {
            switch (result.outcome) {
                case "failed" ->
                    out.println("failed: " + total.backend + " " + result.name + ": " + result.reason.orElse(""));
                case "unsupported" -> reasons.merge(result.reason.orElse(""), 1, Integer::sum);
                default -> {}
            }
        }
        reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(reason -> out.println(
                        "unsupported: %s, %d cases: %s".formatted(total.backend, reason.getValue(), reason.getKey())));
        printPeers(total.backend, results);
        out.println(total.backend + ": " + total);
        out.flush();
    }
}
