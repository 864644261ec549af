package heed.cli;

import heed.attention.Determinism;
import heed.attention.Gemm;
import heed.attention.PlanOptions;
import heed.model.GenerationRequest;
import heed.model.Llama;
import heed.model.LlamaFiles;
import heed.model.Sampling;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `heed generate`: text from a Llama-family model.
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = "Writes text by a Llama-family model, every attention call through Heed.",
        footer = {
            "",
            "A model is a llama2.c checkpoint, a GGUF file (F32, F16, BF16) or a folder with config.json and",
            "model.safetensors. The text goes to the output as it is made; with --continuations the first does, and",
            "the others follow, an empty line before each."
        })
final class GenerateCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--model", required = true, paramLabel = "FILE", description = "The model.")
    Path model = Path.of("");

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "Its tok*.bin or tokenizer.json. Default: in the model, or beside it.")
    Optional<Path> tokenizer = Optional.empty();

    @Option(names = "--prompt", paramLabel = "TEXT", description = "How the text begins. Default: empty.")
    String prompt = "";

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "The most tokens to add. Default: what the context holds, at most 256.")
    Optional<Integer> tokens = Optional.empty();

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "0, the default, takes the likeliest token; 1 draws by the model's probabilities.")
    double temperature;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draws from the likeliest tokens that reach this probability. Default: 1.")
    double topP = 1;

    @Option(names = "--seed", paramLabel = "S", description = "Of the draws. Default: 0.")
    long seed;

    @Option(
            names = "--continuations",
            paramLabel = "N",
            description = "Texts from the one prompt, decoded together; text n draws by seed S + n. Default: 1.")
    int continuations = 1;

    @Option(names = "--backend", paramLabel = "B", description = "The backend that must do it.")
    Optional<String> backend = Optional.empty();

    GenerateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        OptionalInt most = tokens.map(OptionalInt::of).orElse(OptionalInt.empty());
        GenerationRequest request =
                new GenerationRequest(prompt, most, new Sampling(temperature, topP, seed), continuations);
        session.console().progress("loading the model");
        try (Llama llama = Llama.load(
                new LlamaFiles(model, tokenizer),
                session.attention(backend),
                Gemm.of(session.backends().gemm()),
                PlanOptions.DEFAULT)) {
            session.console().progressDone();
            warn(llama);
            print(llama.generate(request, this::tell));
        }
        return Exit.DONE;
    }

    private void warn(Llama llama) {
        if (llama.determinism() != Determinism.BITWISE && continuations > 1) {
            session.console()
                    .warn("heed generate: warning: %s does not promise a text the same alone and among others"
                            .formatted(llama.backend()));
        }
    }

    private void tell(int continuation, String more) {
        if (continuation == 0) {
            session.console().out().print(more);
            session.console().out().flush();
        }
    }

    private void print(List<String> texts) {
        PrintWriter out = session.console().out();
        out.println();
        texts.stream().skip(1).forEach(text -> out.print("\n" + text + "\n"));
    }
}
