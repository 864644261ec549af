package heed.kernels.machine;

import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;

/// What stands before the plans of a backend: refuses them where it cannot run, and warns, once, where it will be slow.
public final class PlanGate {
    private static final System.Logger LOG = System.getLogger(PlanGate.class.getName());

    private final String backend;
    private final AtomicBoolean warned = new AtomicBoolean();

    /// The gate of `backend`.
    public PlanGate(String backend) {
        this.backend = backend;
    }

    /// Lets pass what can run.
    ///
    /// @throws BackendUnavailableException if it cannot run
    public void pass(Availability availability) {
        switch (availability) {
            case Availability.Unavailable why -> throw new BackendUnavailableException(backend, why);
            case Availability.Available available -> available.caution().ifPresent(this::warnOnce);
        }
    }

    private void warnOnce(Availability.Caution caution) {
        if (warned.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is slow here: {1}; {2}",
                    backend,
                    caution.reason(),
                    caution.hint());
        }
    }
}
