package heed.attention;

import java.time.Duration;

/// Ends runs early, between tiles: on request by any thread, or when a deadline passes. One may serve several
/// runs.
public final class Cancellation {
    /// A deadline beyond it is none: the clock's numbers wrap around after 292 years.
    private static final Duration FAR = Duration.ofDays(36500);

    private final boolean hasDeadline;
    private final long deadline;
    private volatile boolean cancelled;

    private Cancellation(boolean hasDeadline, long deadline) {
        this.hasDeadline = hasDeadline;
        this.deadline = deadline;
    }

    /// On request alone.
    public static Cancellation onRequest() {
        return new Cancellation(false, 0);
    }

    /// On request, and when `time` from now has passed.
    public static Cancellation after(Duration time) {
        boolean isFar = time.compareTo(FAR) > 0;
        return new Cancellation(!isFar, isFar ? 0 : System.nanoTime() + time.toNanos());
    }

    /// Ends the runs that have it, soon.
    public void cancel() {
        cancelled = true;
    }

    /// Throws if it is time to end; reads the clock only if there is a deadline.
    ///
    /// @throws CancelledRunException saying which of the two it was
    void check() {
        if (cancelled) {
            throw new CancelledRunException("the run was cancelled");
        }
        if (hasDeadline && System.nanoTime() - deadline > 0) {
            throw new CancelledRunException("the deadline of the run has passed: give it more time, or less to do");
        }
    }
}
