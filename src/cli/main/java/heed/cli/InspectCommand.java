package heed.cli;

import heed.attention.Attention;
import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.attention.QueryAlignment;
import heed.attention.Tensor;
import heed.cli.input.InputException;
import heed.cli.inspect.HeadReport;
import heed.cli.inspect.Inspection;
import heed.cli.inspect.InspectionPage;
import heed.cli.print.Table;
import heed.cli.tensor.Rank;
import heed.cli.tensor.TensorFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `heed inspect`: what each head looks at.
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Prints entropy, effective keys, sink and window mass and the heaviest keys of each head.",
        footer = {
            "",
            "Tensors as for heed attend. Nothing of queryLen x kvLen is held, however long they are; the page's maps",
            "have at most 128 x 128 cells, each the mean of the probabilities it stands for."
        })
final class InspectCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "QUERY", description = "The queries.")
    String query = "";

    @Parameters(index = "1", paramLabel = "KEY", description = "The keys.")
    String key = "";

    @Option(names = "--out", paramLabel = "PAGE", description = "Also write an HTML page with attention maps.")
    Optional<Path> page = Optional.empty();

    @Option(names = "--causal", description = "A query sees the keys up to its own position.")
    boolean causal;

    @Option(names = "--scale", paramLabel = "X", description = "Factor on q . k. Default: 1/sqrt(headDim).")
    Optional<Double> scale = Optional.empty();

    @Option(names = "--softcap", paramLabel = "X", description = "Caps scores: X * tanh(score / X).")
    Optional<Double> softcap = Optional.empty();

    @Option(names = "--sink", paramLabel = "FILE", description = "A logit per query head that takes weight: [heads].")
    Optional<String> sink = Optional.empty();

    @Option(names = "--first-keys", paramLabel = "M", description = "Keys of the sink mass. Default: 4.")
    int firstKeys = 4;

    @Option(names = "--window-keys", paramLabel = "W", description = "Keys of the window mass. Default: 64.")
    int windowKeys = 64;

    @Option(names = "--top-keys", paramLabel = "K", description = "Heaviest keys told of each head. Default: 5.")
    int topKeys = 5;

    @Option(names = "--backend", paramLabel = "B", description = "The backend that must do it.")
    Optional<String> backend = Optional.empty();

    InspectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        page.ifPresent(InspectCommand::checkPage);
        Attention attention = session.attention(backend);
        try (TensorFiles files = new TensorFiles()) {
            Tensor q = Rank.full("QUERY", files.read("QUERY", query));
            Tensor k = Rank.full("KEY", files.read("KEY", key));
            Inspection inspection = new Inspection(
                    attention,
                    spec(q, k),
                    q,
                    k,
                    sink.map(file -> files.read("--sink", file)),
                    new Inspection.Counts(firstKeys, windowKeys, topKeys));
            List<HeadReport> heads = inspection.heads();
            print(heads);
            page.ifPresent(file -> write(file, InspectionPage.of(heads, inspection.maps(), q, k)));
        }
        return Exit.DONE;
    }

    private AttentionSpec spec(Tensor q, Tensor k) {
        AttentionSpec.Builder spec = AttentionSpec.builder(q.size(1), q.size(3))
                .kvHeads(k.size(1))
                .type(q.type())
                .kvType(k.type())
                .mask(causal ? Mask.causal() : Mask.none())
                .alignment(QueryAlignment.BOTTOM_RIGHT);
        scale.ifPresent(spec::softmaxScale);
        softcap.ifPresent(spec::softcap);
        sink.ifPresent(_ -> spec.sink());
        return spec.build();
    }

    private void print(List<HeadReport> heads) {
        Table table = new Table(
                "batch",
                "head",
                "entropy nats",
                "effective keys",
                "largest score",
                "sink mass",
                "window mass",
                "heaviest keys");
        for (HeadReport head : heads) {
            table.row(
                    head.batch(),
                    head.head(),
                    number(head.entropy()),
                    number(head.effectiveKeys()),
                    number(head.maxScore()),
                    number(head.sinkMass()),
                    number(head.windowMass()),
                    head.heaviestText());
        }
        table.print(session.console().out());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private static void checkPage(Path file) {
        if (!file.toString().endsWith(".html")) {
            throw new InputException("--out must be a .html file: --out=%s", file);
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(file)) {
            throw new InputException("--out must be a file in a directory that exists: --out=%s", file);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
