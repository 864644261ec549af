package heed.kernels.work;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// Numbers `0 … count − 1`, each held by one thread at a time: whose scratch memory a thread may use. Number 0 is the
/// caller's and never handed out, so that helpers can never keep the caller from its own work.
final class Slots {
    /// No number.
    static final int NONE = -1;

    private final AtomicIntegerArray taken;

    Slots(int count) {
        taken = new AtomicIntegerArray(count);
    }

    int count() {
        return taken.length();
    }

    /// A free number above 0 and below `limit`, or [#NONE].
    int take(int limit) {
        for (int n = 1; n < limit; n++) {
            if (taken.get(n) == 0 && taken.compareAndSet(n, 0, 1)) {
                return n;
            }
        }
        return NONE;
    }

    /// Numbers above 0 and below `limit` that are held.
    int held(int limit) {
        int held = 0;
        for (int n = 1; n < limit; n++) {
            held += taken.get(n);
        }
        return held;
    }

    void giveBack(int number) {
        taken.set(number, 0);
    }
}
