package heed.attention;

/// A [KvCache] has fewer free pages than an append needs. Nothing was appended.
public final class KvCacheFullException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    KvCacheFullException(int sequence, long needed, int free, int pageCount) {
        super(
                "the cache has no page left for sequence %d: needed=%d, free=%d, pageCount=%d; free or truncate a sequence"
                        .formatted(sequence, needed, free, pageCount));
    }
}
