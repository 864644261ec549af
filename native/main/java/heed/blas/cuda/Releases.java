package heed.blas.cuda;

import java.util.ArrayDeque;
import java.util.Deque;

/// What must be given back, last taken first. All is, even if giving back fails; then the first failure is thrown
/// and has the others with it.
final class Releases implements AutoCloseable {
    private final Deque<Runnable> taken = new ArrayDeque<>();

    /// Has `release` run when this is closed.
    void add(Runnable release) {
        taken.push(release);
    }

    /// Gives everything back because of `failure`, which takes along what fails on the way.
    <T extends Throwable> T after(T failure) {
        try {
            close();
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
        return failure;
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!taken.isEmpty()) {
            try {
                taken.pop().run();
            } catch (RuntimeException failure) {
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
