package heed.studies.claim;

/// A paper's claims, computed again.
public interface Study {
    /// What `heed study` calls it.
    String name();

    /// What it is about.
    Paper paper();

    /// Computes it.
    ///
    /// @throws java.util.concurrent.CancellationException if the lab was told to stop
    Report run(Lab lab);
}
