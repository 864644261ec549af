package heed.attention;

import static heed.attention.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Trust, but verify: a sampled share of a session's output rows is recomputed in double before a run returns.
///
/// ```java
/// Attention attention = Attention.load().selfCheck(SelfCheck.oneRowIn(10_000));
/// ```
///
/// What decides, first to last: [PlanOptions#selfCheck], [Attention#selfCheck], the system property
/// `heed.selfCheck`, the environment variable `HEED_SELF_CHECK`; without any of them nothing is checked. Checked
/// are output and log-sum-exp of every backend's runs through [Attention#plan] but the reference's own; not
/// diagnostics and gradients, nor a plan that a backend was asked for directly.
///
/// Rows are numbered as they come, those of a run head by head. Of each `rows` of them in a row one is taken, at
/// a place that a hash of the seed, the plan's number and theirs gives: the share is exact, any row may be it,
/// small runs are passed over until their turn comes, and the same runs have the same rows checked. Padding counts
/// as rows, and is taken for nothing.
///
/// What a row may be off by is derived from its own numbers, see [ExpectedRow]. One row costs some `kvLen ·
/// (headDim + valueDim)` operations of one thread.
///
/// @param rows one row in so many is checked; 0 for none, 1 for all
/// @param policy what follows from a wrong row
/// @param seed of the choice of rows
/// @param saveTo a directory for the inputs of wrong rows, to be [#replay]ed; empty, since inputs may be
///     somebody's words, to save none
public record SelfCheck(long rows, Policy policy, long seed, Optional<Path> saveTo) {
    /// The system property that holds a check, as [#parse] reads it.
    public static final String PROPERTY = "heed.selfCheck";
    /// The environment variable that holds one.
    public static final String VARIABLE = "HEED_SELF_CHECK";

    /// Checks nothing.
    public static final SelfCheck OFF = new SelfCheck(0, Policy.REPORT, 0, Optional.empty());

    /// What follows from a wrong row; each first tells a recording, the log and the run's [CallReport].
    public enum Policy {
        /// Nothing more: the caller gets the row as it is.
        REPORT,
        /// The session uses the backend no more until [Attention#enable], or until its library is
        /// exchanged for another by [Attention#replace]: other backends take its
        /// place in plans to come, while its open plans refuse to run, and so does a plan that names
        /// it, by [BackendQuarantinedException]. The run that found the row ends by
        /// [SelfCheckException]: others of its rows are as wrong, perhaps, and what computes them
        /// again is the caller's choice.
        QUARANTINE,
        /// The run ends by [SelfCheckException]; the backend stays in use.
        THROW
    }

    /// Checks the share.
    public SelfCheck {
        require(rows >= 0, "rows must be positive, or 0 for no check: rows=%d", rows);
    }

    /// Checks one row in `rows` and quarantines a backend that gets one wrong.
    public static SelfCheck oneRowIn(long rows) {
        require(rows >= 1, "one row in at least 1 can be checked: rows=%d", rows);
        return new SelfCheck(rows, Policy.QUARANTINE, 0, Optional.empty());
    }

    /// Checks every row.
    public static SelfCheck everyRow() {
        return oneRowIn(1);
    }

    /// This check with another policy.
    public SelfCheck withPolicy(Policy other) {
        return new SelfCheck(rows, other, seed, saveTo);
    }

    /// This check of other rows.
    public SelfCheck withSeed(long other) {
        return new SelfCheck(rows, policy, other, saveTo);
    }

    /// This check, saving the inputs of wrong rows to `directory`, one row a run and few in all.
    public SelfCheck savingTo(Path directory) {
        return new SelfCheck(rows, policy, seed, Optional.of(directory));
    }

    /// Whether nothing is checked.
    public boolean isOff() {
        return rows == 0;
    }

    /// Reads `1/ROWS`, or `off`, and after commas, if wanted, `report`, `quarantine` or `throw`, `seed=N` and
    /// `save=DIRECTORY`: `1/10000,throw`.
    ///
    /// @throws IllegalArgumentException if it is none of that
    public static SelfCheck parse(String text) {
        String[] words = text.strip().split("\\s*,\\s*");
        try {
            SelfCheck check = words[0].equalsIgnoreCase("off") ? OFF : oneRowIn(share(words[0]));
            for (int n = 1; n < words.length; n++) {
                check = check.with(words[n]);
            }
            return check;
        } catch (IllegalArgumentException wrong) {
            throw Checks.refusal(
                    "a self-check must be 1/ROWS or off, then report, quarantine or throw, seed=N, save=DIRECTORY: got %s",
                    text);
        }
    }

    private static long share(String word) {
        require(word.startsWith("1/"), "a share begins with 1/: %s", word);
        return Long.parseLong(word.substring(2));
    }

    private SelfCheck with(String word) {
        if (word.startsWith("seed=")) {
            return withSeed(Long.parseLong(word.substring(5)));
        }
        if (word.startsWith("save=")) {
            require(word.length() > 5, "a directory must follow: %s", word);
            return savingTo(Path.of(word.substring(5)));
        }
        return withPolicy(Policy.valueOf(word.toUpperCase(java.util.Locale.ROOT)));
    }

    /// Computes a saved row again by `backend`; `reference` tells what the row should have been, the backend that
    /// was wrong whether it still is.
    ///
    /// The row is saved as what its definition comes to: query, keys and values in double, and what masks, biases,
    /// cap and expressions made of each score as an additive mask; backends other than the reference are given
    /// both in f32, those that take 16 bits alone query, keys and values in these.
    ///
    /// @throws IOException if the file cannot be read
    /// @throws IllegalArgumentException if it holds no row
    public static Replay replay(Path file, AttentionBackend backend) throws IOException {
        return SavedRow.read(file).replay(backend);
    }

    /// A row computed again. Its numbers are those of the output, and last the log-sum-exp, NaN where there is none.
    ///
    /// @param trace what was said of the row when it was found
    /// @param then what the backend had given
    /// @param now what is given now
    /// @param expected what was expected
    /// @param tolerance what it may be off by
    public record Replay(String trace, double[] then, double[] now, double[] expected, double[] tolerance) {
        /// Whether what the backend had given is wrong.
        public boolean wasWrong() {
            return isWrong(then);
        }

        /// Whether what is given now is.
        public boolean isWrong() {
            return isWrong(now);
        }

        private boolean isWrong(double[] row) {
            boolean wrong = false;
            for (int n = 0; n < row.length; n++) {
                boolean none = n == row.length - 1 && Double.isNaN(then[n]) && Double.isNaN(expected[n]);
                wrong |= !none && !ExpectedRow.isNear(row[n], expected[n], tolerance[n]);
            }
            return wrong;
        }
    }
}
