package heed.attention;

/// Keys and values of growing sequences: lengths, pages and forks over a [KvStorage].
///
/// One thread writes; readers hold snapshots. A page is not reused while a snapshot that reaches it is open, so
/// a run over a snapshot sees neither a later append nor a truncation.
public interface KvCache extends AutoCloseable {
    /// Where the pages lie.
    KvStorage storage();

    /// Starts an empty sequence and returns its number.
    int newSequence();

    /// Starts a sequence that shares every page of `sequence` until one of the two appends.
    int fork(int sequence);

    /// Adds keys and values, `[kvHeads, len, dim]`, at the end of `sequence`.
    void append(int sequence, Tensor key, Tensor value);

    /// Drops the keys of `sequence` from `len` on.
    void truncate(int sequence, int len);

    /// Keys of `sequence`.
    int len(int sequence);

    /// Ends `sequence`; its pages are freed with the last snapshot that reaches them.
    void free(int sequence);

    /// What the named sequences hold now, for a run to read.
    Snapshot snapshot(int... sequences);

    /// Frees the bookkeeping; the storage stays its owner's.
    @Override
    void close();

    /// The state of some sequences at one moment.
    interface Snapshot extends AutoCloseable {
        /// Sequences held.
        int batch();

        /// Keys of sequence `b`.
        int len(int b);

        /// Page that holds the keys from `pageLen · n` on of sequence `b`.
        int page(int b, int n);

        /// Lets the pages be reused.
        @Override
        void close();
    }
}
