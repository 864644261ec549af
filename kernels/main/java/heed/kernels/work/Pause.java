package heed.kernels.work;

/// A step of a wait for another thread that should be quick: a pause of the core at first, then the core itself.
///
/// A hand-over between two cores takes less than a microsecond, waking a parked thread tens of them, on a virtual
/// machine up to a thousand. So whoever waits looks for [#SPINS] pauses without giving up its core; from then on the
/// thread it waits for may be one that has none, so every further step yields to it.
final class Pause {
    /// Some 10 µs: a pause takes 10 to 40 ns, asking the time as long.
    private static final int SPINS = 200;

    private Pause() {}

    /// The `n`th step of a wait that began at `start`; false when it has lasted `nanos`.
    static boolean step(int n, long start, long nanos) {
        if (n < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
        return System.nanoTime() - start < nanos;
    }
}
