package heed.cli;

import heed.attention.Attention;
import heed.attention.AttentionPlan;
import heed.attention.CallReport;
import heed.attention.Explanation;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.cli.attend.AttendCall;
import heed.cli.attend.AttendOptions;
import heed.cli.input.InputException;
import heed.cli.tensor.TensorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `heed attend`: one attention call over tensors in files.
@Command(
        name = "attend",
        mixinStandardHelpOptions = true,
        description = "Computes attention over .npy or .safetensors tensors.",
        footer = {
            "",
            "Tensors are [batch, heads, len, dim], [heads, len, dim] or [len, dim], f16,",
            "bf16 (.safetensors), f32 or f64; the output is like the query. A tensor of a",
            ".safetensors file is named FILE.safetensors:NAME.",
            "",
            "Expressions are of numbers, score, query (its position), key, head, sequence,",
            "infinity and NAME[index,...]; of + - * /, min max abs exp log tanh floor and",
            "select(condition, then, else); conditions are of < <= == != >= >, joined by",
            "and, or, not. ALiBi, for one, is",
            "  --score 'score + slope[head] * (key - query)' --capture slope=FILE"
        })
final class AttendCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--query", required = true, paramLabel = "FILE", description = "The queries.")
    String query = "";

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The keys.")
    String key = "";

    @Option(names = "--value", required = true, paramLabel = "FILE", description = "The values.")
    String value = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the output goes, a .npy file.")
    Path out = Path.of("");

    @Option(
            names = "--backend",
            paramLabel = "B",
            description = "The backend that must do it. Default: the fastest that heed tune found, else by rank.")
    Optional<String> backend = Optional.empty();

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the run. Default: one a processor.")
    int threads = PlanOptions.DEFAULT.threads();

    private final AttendOptions options = new AttendOptions();

    private AttendCommand(Session session) {
        this.session = session;
    }

    /// The command with all its options. What follows one that takes a value is its value, even `-head`, which begins
    /// like `-h`: an expression may.
    static CommandLine line(Session session) {
        AttendCommand command = new AttendCommand(session);
        CommandLine line = new CommandLine(command).setAllowOptionsAsOptionParameters(true);
        command.options.addTo(line.getCommandSpec());
        return line;
    }

    @Override
    public Integer call() throws IOException {
        checkTargets();
        Attention attention =
                session.tuned(backend, sentence -> session.console().warn("heed attend: warning: " + sentence));
        PlanOptions planning = PlanOptions.DEFAULT.withThreads(threads);
        try (TensorFiles files = new TensorFiles();
                Arena arena = Arena.ofShared()) {
            AttendCall call = new AttendCall(files, arena, query);
            options.apply(call);
            AttendCall.Prepared prepared = call.prepare(key, value);
            CallReport report = new CallReport();
            try (AttentionPlan plan = attention.plan(prepared.spec(), prepared.sizes(), planning)) {
                plan.run(prepared.arguments().report(report));
            }
            call.write(prepared, out);
            tell(attention.explain(prepared.spec(), prepared.sizes(), planning), report, prepared.output());
        }
        return Exit.DONE;
    }

    /// Refuses a wrong target before anything is computed.
    private void checkTargets() {
        checkTarget("--out", out);
        checkIsNoInput("--out", out);
        Map<Path, String> taken = new HashMap<>();
        taken.put(out.toAbsolutePath().normalize(), "--out");
        options.targets().forEach((option, file) -> {
            checkTarget(option, file);
            checkIsNoInput(option, file);
            String other = taken.putIfAbsent(file.toAbsolutePath().normalize(), option);
            if (other != null) {
                throw new InputException("%s must be another file than %s: %s=%s", option, other, option, file);
            }
        });
    }

    private static void checkTarget(String option, Path file) {
        if (!file.toString().endsWith(".npy")) {
            throw new InputException("%s must be a .npy file: %s=%s", option, option, file);
        }
        Path directory = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file.toAbsolutePath());
        if (!Files.isDirectory(directory)) {
            throw new InputException("%s must lie in a directory that exists: %s=%s", option, option, file);
        }
        if (Files.isDirectory(file)) {
            throw new InputException("%s must not be a directory: %s=%s", option, option, file);
        }
    }

    private void checkIsNoInput(String option, Path file) {
        List<String> inputs = new ArrayList<>(List.of(query, key, value));
        inputs.addAll(options.inputs());
        for (String input : inputs) {
            Path source = Path.of(input);
            try {
                if (Files.exists(file) && Files.exists(source) && Files.isSameFile(file, source)) {
                    throw new InputException("%s must be another file than the inputs: %s=%s", option, option, file);
                }
            } catch (IOException e) {
                throw new InputException(e, "%s must be a file that can be looked at: %s=%s", option, option, file);
            }
        }
    }

    private void tell(Explanation why, CallReport report, Tensor output) {
        session.console()
                .out()
                .println("%s %s: %s, %.3f ms, %.1f GFLOP/s (%s)"
                        .formatted(out, output, report.backend(), report.nanos() / 1e6, report.gflops(), why.why()));
    }
}
