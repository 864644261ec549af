package heed.cli;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CallReport;
import heed.attention.ElementType;
import heed.attention.Explanation;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.cli.input.InputException;
import heed.cli.tensor.Rank;
import heed.cli.tensor.TensorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `heed attend`: one attention call over tensors in files.
@Command(
        name = "attend",
        mixinStandardHelpOptions = true,
        description = "Computes attention over .npy or .safetensors tensors.",
        footer = {
            "",
            "Tensors are [batch, heads, len, dim], [heads, len, dim] or [len, dim], f16, bf16 (.safetensors), f32 or f64;",
            "the output is like the query. A tensor of a .safetensors file is named FILE.safetensors:NAME."
        })
final class AttendCommand implements Callable<Integer> {
    private static final int ALIGNMENT = 64;

    private final Session session;

    @Option(names = "--query", required = true, paramLabel = "FILE", description = "The queries.")
    String query = "";

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The keys.")
    String key = "";

    @Option(names = "--value", required = true, paramLabel = "FILE", description = "The values.")
    String value = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the output goes, a .npy file.")
    Path out = Path.of("");

    @Option(names = "--backend", paramLabel = "B", description = "The backend that must do it.")
    Optional<String> backend = Optional.empty();

    @Mixin
    AttendOptions options = new AttendOptions();

    @Mixin
    AttendOutputs outputs = new AttendOutputs();

    AttendCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        checkTargets();
        Attention attention = session.attention(backend);
        try (TensorFiles files = new TensorFiles();
                Arena arena = Arena.ofShared()) {
            Tensor given = files.read("--query", query);
            Tensor q = Rank.full("--query", given);
            Tensor k = floating("--key", Rank.full("--key", files.read("--key", key)));
            Tensor v = floating("--value", Rank.full("--value", files.read("--value", value)));
            AttentionArguments arguments =
                    new AttentionArguments().query(q).key(k).value(v);
            AttentionSpec spec = spec(q, k, v, arguments, files);
            Tensor output = allocate(arena, spec.outputType(), q.size(0), q.size(1), q.size(2), v.size(3));
            arguments.output(output);
            outputs.give(arguments, spec, q, k.size(2), 4 - given.rank());
            CallReport report = new CallReport();
            run(attention, spec, arguments.report(report), q, k);
            NpyFile.write(out, Rank.drop(output, 4 - given.rank()));
            outputs.write();
            tell(attention.explain(spec, PlanOptions.DEFAULT), report, output);
        }
        return Exit.DONE;
    }

    /// Quantised keys and values would need their scales beside them.
    private static Tensor floating(String option, Tensor tensor) {
        if (!tensor.type().isFloating()) {
            throw new InputException("%s must be of a floating-point type: %s=%s", option, option, tensor);
        }
        return tensor;
    }

    private static void run(
            Attention attention, AttentionSpec spec, AttentionArguments arguments, Tensor query, Tensor key) {
        AttentionSizes sizes = new AttentionSizes(query.size(0), query.size(2), key.size(2));
        try (AttentionPlan plan = attention.plan(spec, sizes)) {
            plan.run(arguments);
        }
    }

    private AttentionSpec spec(Tensor q, Tensor k, Tensor v, AttentionArguments arguments, TensorFiles files) {
        AttentionSpec.Builder spec = AttentionSpec.builder(q.size(1), q.size(3))
                .kvHeads(k.size(1))
                .valueDim(v.size(3))
                .type(q.type())
                .kvType(k.type());
        options.apply(spec, arguments, files, q.size(0));
        outputs.apply(spec);
        return spec.build();
    }

    private static Tensor allocate(Arena arena, ElementType type, int... shape) {
        long bytes = type.bytes();
        for (int size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        return Tensor.of(arena.allocate(bytes, ALIGNMENT), type, shape);
    }

    /// Refuses a wrong target before anything is computed.
    private void checkTargets() {
        checkTarget("--out", out);
        checkIsNoInput("--out", out);
        Map<Path, String> taken = new HashMap<>();
        taken.put(out.toAbsolutePath().normalize(), "--out");
        outputs.targets().forEach((option, file) -> {
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
        for (String input : List.of(query, key, value)) {
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
