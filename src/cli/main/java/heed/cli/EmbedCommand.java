package heed.cli;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.attention.PlanOptions;
import heed.cli.input.InputException;
import heed.cli.print.Environment;
import heed.cli.print.Json;
import heed.cli.print.Table;
import heed.model.Embedding;
import heed.model.MiniLm;
import heed.model.MiniLmFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `heed embed`: sentences as points, by a real model.
@Command(
        name = "embed",
        mixinStandardHelpOptions = true,
        description = "Embeds sentences by all-MiniLM-L6-v2, every attention call through Heed.",
        footer = {"", "Without --json it prints how alike the texts are: the cosine of each pair."})
final class EmbedCommand implements Callable<Integer> {
    private static final int SHORT = 40;
    private static final int MOST_COLUMNS = 10;

    private final Session session;

    @Parameters(arity = "0..*", paramLabel = "TEXT", description = "A text each.")
    List<String> texts = List.of();

    @Option(names = "--file", paramLabel = "F", description = "A UTF-8 file, a text on each line.")
    Optional<Path> file = Optional.empty();

    @Option(names = "--backend", paramLabel = "B", description = "The backend that must do it.")
    Optional<String> backend = Optional.empty();

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    EmbedCommand(Session session) {
        this.session = session;
    }

    /// A text and its coordinates, as JSON tells them.
    record Line(String text, float[] embedding, int tokens, boolean truncated) {
        static Line of(Embedding embedding) {
            return new Line(embedding.text(), embedding.values(), embedding.tokens(), embedding.truncated());
        }
    }

    /// What `--json` prints.
    record Report(Environment environment, String backend, List<Line> embeddings) {}

    @Override
    public Integer call() throws IOException {
        List<String> all = allTexts();
        Attention attention = session.attention(backend);
        session.console().progress("loading the model");
        try (MiniLm model =
                MiniLm.load(attention, Gemm.of(session.backends().gemm()), MiniLmFiles.find(), PlanOptions.DEFAULT)) {
            session.console().progress("embedding %d texts on %s".formatted(all.size(), model.backend()));
            List<Line> lines = model.embed(all).stream().map(Line::of).toList();
            session.console().progressDone();
            lines.stream().filter(Line::truncated).forEach(this::warn);
            if (json) {
                Json.print(session.console().out(), new Report(Environment.here(), model.backend(), lines));
            } else {
                print(lines, model.backend());
            }
        }
        return Exit.DONE;
    }

    private List<String> allTexts() throws IOException {
        List<String> all = new ArrayList<>(texts);
        if (file.isPresent()) {
            all.addAll(lines(file.get()));
        }
        if (all.isEmpty()) {
            throw new InputException("a text is needed: give TEXT, or --file with a text on each line");
        }
        return all;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException missing) {
            throw new InputException(missing, "--file must be a file that exists: --file=%s", file);
        } catch (CharacterCodingException failure) {
            throw new InputException(failure, "--file must be UTF-8 text: --file=%s", file);
        }
    }

    private void warn(Line line) {
        session.console()
                .warn("heed embed: warning: a text was cut at %d tokens: text=%s"
                        .formatted(line.tokens, abbreviated(line.text)));
    }

    private void print(List<Line> lines, String on) {
        session.console().out().println(lines.size() + " texts, backend " + on + ", cosine of each pair");
        int columns = Math.min(lines.size(), MOST_COLUMNS);
        List<String> titles = new ArrayList<>(List.of("#", "text", "tokens"));
        for (int n = 1; n <= columns; n++) {
            titles.add("#" + n);
        }
        Table table = new Table(titles.toArray(String[]::new));
        for (int n = 0; n < lines.size(); n++) {
            List<Object> cells = new ArrayList<>();
            cells.add(n + 1);
            cells.add(abbreviated(lines.get(n).text));
            cells.add(lines.get(n).tokens);
            for (int other = 0; other < columns; other++) {
                cells.add("%.3f".formatted(dot(lines.get(n).embedding, lines.get(other).embedding)));
            }
            table.row(cells.toArray());
        }
        table.print(session.console().out());
    }

    private static double dot(float[] x, float[] y) {
        double sum = 0;
        for (int n = 0; n < x.length; n++) {
            sum += (double) x[n] * y[n];
        }
        return sum;
    }

    /// The beginning of a text, on one line.
    private static String abbreviated(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.codePointCount(0, line.length()) <= SHORT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHORT - 1)) + "…";
    }
}
