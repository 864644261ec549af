package heed.cli;

import heed.attention.AttentionBackend;
import heed.attention.Availability.Available;
import heed.attention.Availability.Caution;
import heed.attention.Availability.Unavailable;
import heed.cli.print.Environment;
import heed.cli.print.Json;
import heed.cli.print.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `heed backends`: what can compute here, and what is missing where something cannot.
@Command(
        name = "backends",
        mixinStandardHelpOptions = true,
        description = "Lists every backend: available, or why not and what to do.")
final class BackendsCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    BackendsCommand(Session session) {
        this.session = session;
    }

    /// A backend as JSON tells it: one that is available and has a reason is slow for that reason.
    record Line(
            String name,
            boolean available,
            Optional<String> reason,
            Optional<String> hint,
            Optional<String> library,
            Optional<String> version,
            Optional<String> path,
            OptionalInt vectorBits,
            OptionalInt threads,
            Map<String, String> details) {
        static Line of(AttentionBackend backend) {
            return switch (backend.availability()) {
                case Available(var library, var version, var path, var bits, var threads, var caution) ->
                    new Line(
                            backend.name(),
                            true,
                            caution.map(Caution::reason),
                            caution.map(Caution::hint),
                            Optional.of(library),
                            Optional.of(version),
                            path,
                            bits,
                            OptionalInt.of(threads),
                            backend.details());
                case Unavailable(var reason, var hint) ->
                    new Line(
                            backend.name(),
                            false,
                            Optional.of(reason),
                            Optional.of(hint),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            OptionalInt.empty(),
                            OptionalInt.empty(),
                            Map.of());
            };
        }
    }

    /// What `--json` prints.
    record Report(Environment environment, List<Line> backends) {}

    @Override
    public Integer call() {
        List<Line> lines = session.backends().attention().stream().map(Line::of).toList();
        if (json) {
            Json.print(session.console().out(), new Report(Environment.here(), lines));
        } else {
            print(lines);
        }
        return Exit.DONE;
    }

    private void print(List<Line> lines) {
        Table table = new Table("backend", "library", "version", "vector bits", "threads", "path");
        lines.stream()
                .filter(Line::available)
                .forEach(line -> table.row(
                        line.name,
                        line.library.orElse("-"),
                        line.version.orElse("-"),
                        cell(line.vectorBits),
                        cell(line.threads),
                        line.path.orElse("-")));
        table.print(session.console().out());
        lines.stream()
                .filter(line -> !line.details.isEmpty())
                .forEach(line -> session.console().out().println(line.name + ": " + details(line)));
        lines.stream().filter(line -> line.reason.isPresent()).forEach(line -> {
            String state = line.available ? ": slow, " : ": unavailable, ";
            session.console().out().println(line.name + state + line.reason.get() + "; " + line.hint.orElse(""));
        });
    }

    private static String details(Line line) {
        return line.details.entrySet().stream()
                .map(detail -> detail.getKey() + "=" + detail.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String cell(OptionalInt number) {
        return number.isPresent() ? Integer.toString(number.getAsInt()) : "-";
    }
}
