package heed.studies.claim;

/// Who is told what is being done.
@FunctionalInterface
public interface Progress {
    /// Nobody.
    Progress NONE = _ -> {};

    /// Called with a few words, often; from any thread, one at a time.
    void doing(String what);
}
