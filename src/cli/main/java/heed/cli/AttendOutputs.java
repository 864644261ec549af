package heed.cli;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.Diagnostics;
import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.attention.ScoreStage;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.cli.input.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// What `heed attend` writes besides the output, each to a `.npy` file.
final class AttendOutputs {
    @Option(names = "--lse", paramLabel = "FILE", description = "Where the log-sum-exp goes, [batch, heads, len].")
    Optional<Path> lse = Optional.empty();

    @Option(
            names = "--scores",
            paramLabel = "FILE",
            description = "Where scores go, [batch, heads, len, kvLen]: for small cases.")
    Optional<Path> scores = Optional.empty();

    @Option(
            names = "--score-stage",
            paramLabel = "STAGE",
            description = "Which: scaled, softcapped, biased or probabilities, the default.")
    ScoreStage stage = ScoreStage.PROBABILITIES;

    @Option(names = "--entropy", paramLabel = "FILE", description = "Where the entropy of each row goes, in nats.")
    Optional<Path> entropy = Optional.empty();

    @Option(names = "--max-score", paramLabel = "FILE", description = "Where the largest score of each row goes.")
    Optional<Path> maxScore = Optional.empty();

    @Option(
            names = "--sum-of-squares",
            paramLabel = "FILE",
            description = "Where the sum of squared probabilities goes: 1 / effective number of keys.")
    Optional<Path> sumOfSquares = Optional.empty();

    @Option(
            names = "--sink-mass",
            paramLabel = "FILE",
            description = "Where the mass of the first keys and the sink goes, for each row.")
    Optional<Path> sinkMass = Optional.empty();

    @Option(names = "--first-keys", paramLabel = "M", description = "How many those are. Default: 4.")
    int firstKeys = 4;

    @Option(
            names = "--window-mass",
            paramLabel = "FILE",
            description = "Where the mass of the nearest keys goes, for each row.")
    Optional<Path> windowMass = Optional.empty();

    @Option(names = "--window-keys", paramLabel = "W", description = "How many on either side. Default: 64.")
    int windowKeys = 64;

    @Option(
            names = "--column-mass",
            paramLabel = "FILE",
            description = "Where the mass of each key goes, [batch, heads, kvLen].")
    Optional<Path> columnMass = Optional.empty();

    private final Map<Path, Tensor> written = new LinkedHashMap<>();

    /// Each option that names a file, and the file.
    Map<String, Path> targets() {
        Map<String, Path> targets = new LinkedHashMap<>();
        lse.ifPresent(file -> targets.put("--lse", file));
        scores.ifPresent(file -> targets.put("--scores", file));
        entropy.ifPresent(file -> targets.put("--entropy", file));
        maxScore.ifPresent(file -> targets.put("--max-score", file));
        sumOfSquares.ifPresent(file -> targets.put("--sum-of-squares", file));
        sinkMass.ifPresent(file -> targets.put("--sink-mass", file));
        windowMass.ifPresent(file -> targets.put("--window-mass", file));
        columnMass.ifPresent(file -> targets.put("--column-mass", file));
        return targets;
    }

    /// Asks for what is wanted.
    void apply(AttentionSpec.Builder spec) {
        lse.ifPresent(_ -> spec.logSumExp());
        scores.ifPresent(_ -> spec.scoreStage(stage));
        entropy.ifPresent(_ -> spec.extraOutput(ExtraOutput.ENTROPY));
        maxScore.ifPresent(_ -> spec.extraOutput(ExtraOutput.MAX_SCORE));
        sumOfSquares.ifPresent(_ -> spec.extraOutput(ExtraOutput.SUM_OF_SQUARES));
        sinkMass.ifPresent(_ -> spec.sinkMass(firstKeys));
        windowMass.ifPresent(_ -> spec.windowMass(windowKeys));
        columnMass.ifPresent(_ -> spec.extraOutput(ExtraOutput.COLUMN_MASS));
    }

    /// Makes room for it. 16 bits would keep a log-sum-exp to three digits at best, so that it is f32 or f64.
    void give(AttentionArguments arguments, AttentionSpec spec, Tensor query, int kvLen, int dropped) {
        ElementType type = spec.outputType() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
        int[] rows = {query.size(0), query.size(1), query.size(2)};
        lse.ifPresent(file -> arguments.logSumExp(room(file, type, dropped, rows)));
        scores.ifPresent(file -> arguments.scores(room(file, type, dropped, rows[0], rows[1], rows[2], kvLen)));
        Diagnostics diagnostics = new Diagnostics();
        entropy.ifPresent(file -> diagnostics.entropy(room(file, type, dropped, rows)));
        maxScore.ifPresent(file -> diagnostics.maxScore(room(file, type, dropped, rows)));
        sumOfSquares.ifPresent(file -> diagnostics.sumOfSquares(room(file, type, dropped, rows)));
        sinkMass.ifPresent(file -> diagnostics.sinkMass(room(file, type, dropped, rows)));
        windowMass.ifPresent(file -> diagnostics.windowMass(room(file, type, dropped, rows)));
        columnMass.ifPresent(file -> diagnostics.columnMass(room(file, type, dropped, rows[0], rows[1], kvLen)));
        arguments.diagnostics(diagnostics);
    }

    private Tensor room(Path file, ElementType type, int dropped, int... shape) {
        Tensor room = type == ElementType.F64
                ? Tensor.of(new double[count(shape)], shape)
                : Tensor.of(new float[count(shape)], shape);
        written.put(file, heed.cli.tensor.Rank.drop(room, dropped));
        return room;
    }

    private static int count(int[] shape) {
        long count = 1;
        for (int size : shape) {
            count *= size;
        }
        if (count > Integer.MAX_VALUE - 8) {
            throw new InputException(
                    "a result must have fewer than 2^31 elements: elements=%d; ask for less of it", count);
        }
        return (int) count;
    }

    /// Writes it.
    void write() throws IOException {
        for (Map.Entry<Path, Tensor> each : written.entrySet()) {
            NpyFile.write(each.getKey(), each.getValue());
        }
    }
}
