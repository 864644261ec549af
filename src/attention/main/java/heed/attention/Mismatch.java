package heed.attention;

import java.nio.file.Path;
import java.util.Optional;

/// A wrong row that a [SelfCheck] found, and what finds it again.
///
/// @param backend whose
/// @param spec what was computed
/// @param batch sequences of the run
/// @param queryLen query rows of the row's sequence
/// @param kvLen its keys
/// @param offset position of its query row 0
/// @param accumulates whether the run merged into what was there
/// @param sequence the row's sequence
/// @param head its query head
/// @param row its number within the sequence
/// @param element the worst element of the output; `valueDim` for the log-sum-exp
/// @param got what the backend gave
/// @param expected what is right
/// @param tolerance what it may be off by
/// @param found which check found it
/// @param saved where its inputs are, if they may be saved
public record Mismatch(
        String backend,
        AttentionSpec spec,
        int batch,
        int queryLen,
        int kvLen,
        int offset,
        boolean accumulates,
        int sequence,
        int head,
        int row,
        int element,
        double got,
        double expected,
        double tolerance,
        Found found,
        Optional<Path> saved) {

    /// Which check found a row: the same runs of the same plan with the same seed find it again.
    ///
    /// @param rows one row in so many
    /// @param seed of the check
    /// @param plan number of the plan in its session
    /// @param number of the row among the plan's, padding counted
    public record Found(long rows, long seed, long plan, long number) {}

    Mismatch savedTo(Path file) {
        return new Mismatch(
                backend,
                spec,
                batch,
                queryLen,
                kvLen,
                offset,
                accumulates,
                sequence,
                head,
                row,
                element,
                got,
                expected,
                tolerance,
                found,
                Optional.of(file));
    }

    /// The whole trace, on one line.
    @Override
    public String toString() {
        String what = element == spec.valueDim() ? "logSumExp" : "output[" + element + "]";
        return ("%s computed a wrong row: sequence=%d, head=%d, row=%d, %s=%s, expected=%s, tolerance=%s; batch=%d,"
                        + " queryLen=%d, kvLen=%d, offset=%d, accumulates=%s, one row in %d, seed=%d, plan=%d, number=%d,"
                        + " inputs %s, %s")
                .formatted(
                        backend,
                        sequence,
                        head,
                        row,
                        what,
                        got,
                        expected,
                        tolerance,
                        batch,
                        queryLen,
                        kvLen,
                        offset,
                        accumulates,
                        found.rows,
                        found.seed,
                        found.plan,
                        found.number,
                        saved.map(file -> "saved to " + file).orElse("not saved"),
                        spec);
    }
}
