package heed.kernels.work;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// Numbers `0 … count − 1`, each held by one thread at a time: whose scratch memory a thread may use. Number 0 is the
/// caller's and never handed out, so that helpers can never keep the caller from its own work.
final class Slots {
    private final AtomicIntegerArray taken;

    Slots(int count) {
        taken = new AtomicIntegerArray(count);
    }

    int count() {
        return taken.length();
    }

    /// A free number above 0, or −1.
    int take() {
        for (int n = 1; n < taken.length(); n++) {
            if (taken.compareAndSet(n, 0, 1)) {
                return n;
            }
        }
        return -1;
    }

    void giveBack(int number) {
        taken.set(number, 0);
    }
}
