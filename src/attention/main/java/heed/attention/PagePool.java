package heed.attention;

/// Which pages of a cache are free, and who holds the others: sequences, and snapshots that may still be read.
final class PagePool {
    private final int[] owners;
    private final int[] readers;

    /// Keys of a page that an open snapshot may read: those from here on may be written.
    private final int[] readLen;

    private final int[] free;
    private int freeCount;

    PagePool(int pages) {
        owners = new int[pages];
        readers = new int[pages];
        readLen = new int[pages];
        free = new int[pages];
        for (int n = 0; n < pages; n++) {
            free[n] = pages - 1 - n; // lowest first
        }
        freeCount = pages;
    }

    int freeCount() {
        return freeCount;
    }

    /// A free page, now with one owner.
    int take() {
        int page = free[--freeCount];
        owners[page] = 1;
        return page;
    }

    /// One more sequence holds `page`.
    void share(int page) {
        owners[page]++;
    }

    /// One sequence less does.
    void drop(int page) {
        owners[page]--;
        freeIfUnused(page);
    }

    /// A snapshot may read the first `len` keys of `page`.
    void read(int page, int len) {
        readers[page]++;
        readLen[page] = Math.max(readLen[page], len);
    }

    /// It does no more.
    void unread(int page) {
        if (--readers[page] == 0) {
            readLen[page] = 0;
        }
        freeIfUnused(page);
    }

    /// Whether writing key `at` of `page` would change what another sequence or a snapshot sees.
    boolean mustCopy(int page, int at) {
        return owners[page] > 1 || at < readLen[page];
    }

    private void freeIfUnused(int page) {
        if (owners[page] == 0 && readers[page] == 0) {
            free[freeCount++] = page;
        }
    }
}
