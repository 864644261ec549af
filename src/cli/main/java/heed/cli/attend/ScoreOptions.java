package heed.cli.attend;

import heed.cli.expression.ExpressionParser;
import java.util.List;

/// What becomes of scores, and of probabilities.
final class ScoreOptions {
    private ScoreOptions() {}

    static List<AttendOption<?>> all() {
        return List.of(
                AttendOption.value(
                        "--scale",
                        "X",
                        Double.class,
                        "Factor on q . k. Default: 1/sqrt(headDim).",
                        (call, x) -> call.spec().softmaxScale(x)),
                AttendOption.value(
                        "--softcap",
                        "X",
                        Double.class,
                        "Caps scores: X * tanh(score / X).",
                        (call, x) -> call.spec().softcap(x)),
                AttendOption.files(
                        "--capture",
                        "A tensor that expressions read as NAME[index,...]; once for each.",
                        (call, files) -> files.forEach(each -> call.capture(
                                "--capture",
                                each.name(),
                                call.files().numbers("--capture " + each.name(), each.file())))),
                AttendOption.value(
                        "--score",
                        "EXPR",
                        String.class,
                        "What each score becomes after scale and softcap: of score, query, key, head, sequence, NAME[...].",
                        (call, text) -> call.spec().score(ExpressionParser.score("--score", text, call.names()))),
                AttendOption.value(
                        "--probability-scale",
                        "X",
                        Double.class,
                        "Factor on the probabilities.",
                        (call, x) -> call.spec().probabilityScale(x)),
                AttendOption.tensor("--sink", "A logit per query head that takes weight: [heads].", (call, logits) -> {
                    call.spec().sink();
                    call.arguments().sink(logits);
                }));
    }
}
