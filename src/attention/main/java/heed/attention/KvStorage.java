package heed.attention;

import java.lang.foreign.MemorySegment;

/// Memory for the pages of a [KvCache], supplied by the host or by a backend that wants them elsewhere.
public interface KvStorage extends AutoCloseable {
    /// Type of the stored elements.
    ElementType type();

    /// How the keys of a page lie; a width of panels divides [#pageLen].
    KeyLayout keyLayout();

    /// Keys of a page.
    int pageLen();

    /// Pages there are: a hard limit.
    int pageCount();

    /// The keys of `page`, all kv heads.
    MemorySegment keys(int page);

    /// The values of `page`, all kv heads, one row after the other.
    MemorySegment values(int page);

    /// Frees the memory; no snapshot may still be read.
    @Override
    void close();
}
