package heed.cli.attend;

import heed.attention.Diagnostics;
import heed.attention.ExtraOutput;
import heed.attention.ScoreStage;
import heed.attention.Tensor;
import heed.cli.attend.Results.Extent;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// What is written besides the output.
final class ResultOptions {
    private ResultOptions() {}

    static List<AttendOption<?>> all() {
        return List.of(
                AttendOption.result(
                        "--lse",
                        "Where the log-sum-exp goes, [batch, heads, len].",
                        Extent.ROWS,
                        call -> call.spec().logSumExp(),
                        (call, room) -> call.arguments().logSumExp(room)),
                AttendOption.value(
                        "--score-stage",
                        "STAGE",
                        ScoreStage.class,
                        "Which scores: scaled, softcapped, biased or probabilities, the default.",
                        (call, stage) -> call.results().stage = stage),
                AttendOption.result(
                        "--scores",
                        "Where scores go, [batch, heads, len, kvLen]: for small cases.",
                        Extent.PAIRS,
                        call -> call.spec().scoreStage(call.results().stage),
                        (call, room) -> call.arguments().scores(room)),
                ofRows(
                        "--entropy",
                        "Where the entropy of each row goes, in nats.",
                        call -> call.spec().extraOutput(ExtraOutput.ENTROPY),
                        Diagnostics::entropy),
                ofRows(
                        "--max-score",
                        "Where the largest score of each row goes.",
                        call -> call.spec().extraOutput(ExtraOutput.MAX_SCORE),
                        Diagnostics::maxScore),
                ofRows(
                        "--sum-of-squares",
                        "Where the sum of squared probabilities goes: 1 / effective number of keys.",
                        call -> call.spec().extraOutput(ExtraOutput.SUM_OF_SQUARES),
                        Diagnostics::sumOfSquares),
                AttendOption.value(
                        "--first-keys",
                        "M",
                        Integer.class,
                        "The first keys of the sink mass. Default: 4.",
                        (call, keys) -> call.results().firstKeys = keys),
                ofRows(
                        "--sink-mass",
                        "Where the mass of the first keys and the sink goes, for each row.",
                        call -> call.spec().sinkMass(call.results().firstKeys),
                        Diagnostics::sinkMass),
                AttendOption.value(
                        "--window-keys",
                        "W",
                        Integer.class,
                        "The nearest keys of the window mass, on either side. Default: 64.",
                        (call, keys) -> call.results().windowKeys = keys),
                ofRows(
                        "--window-mass",
                        "Where the mass of the nearest keys goes, for each row.",
                        call -> call.spec().windowMass(call.results().windowKeys),
                        Diagnostics::windowMass),
                AttendOption.result(
                        "--column-mass",
                        "Where the mass of each key goes, [batch, heads, kvLen].",
                        Extent.KEYS,
                        call -> call.spec().extraOutput(ExtraOutput.COLUMN_MASS),
                        (call, room) -> call.diagnostics().columnMass(room)));
    }

    private static AttendOption<Path> ofRows(
            String name, String description, Consumer<AttendCall> ask, BiConsumer<Diagnostics, Tensor> take) {
        return AttendOption.result(
                name, description, Extent.ROWS, ask, (call, room) -> take.accept(call.diagnostics(), room));
    }
}
