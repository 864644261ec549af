package heed.attention;

import java.util.Arrays;

/// Which pages hold the keys and values of each sequence: key `j` of sequence `b` is key `j % pageLen` of page
/// `pages[b · width + j / pageLen]`. Sequences may share pages.
///
/// The array is the caller's and is read at the start of each run; entries past a sequence's keys are not looked
/// at.
///
/// @param pages page numbers, `width` for each sequence
/// @param width most pages of a sequence
public record PageTable(int[] pages, int width) {
    /// Checks the width.
    public PageTable {
        Checks.notNegative("width", width);
        Checks.require(
                width == 0 ? pages.length == 0 : pages.length % width == 0,
                "a page table has width entries for each sequence: width=%d, entries=%d",
                width,
                pages.length);
    }

    /// The first `count` pages of the first sequence, as a sequence of its own.
    PageTable ofFirst(int count) {
        return new PageTable(Arrays.copyOf(pages, count), count);
    }

    /// Every sequence without its first `count` pages.
    PageTable without(int count) {
        int rows = width == 0 ? 0 : pages.length / width;
        int rest = width - count;
        int[] kept = new int[rows * rest];
        for (int b = 0; b < rows; b++) {
            System.arraycopy(pages, b * width + count, kept, b * rest, rest);
        }
        return new PageTable(kept, rest);
    }

    /// Copies the pages of `batch` sequences of `lens` keys to `target`, `targetWidth` for each, checked against
    /// the pages there are.
    void resolve(int batch, int[] lens, int pageLen, int pageCount, int[] target, int targetWidth) {
        if (pages.length < (long) batch * width) {
            throw Checks.refusal(
                    "pageTable must have a row for each sequence: batch=%d, rows=%d",
                    batch, pages.length / Math.max(1, width));
        }
        for (int b = 0; b < batch; b++) {
            int needed = Math.ceilDiv(lens[b], pageLen);
            if (needed > width) {
                throw Checks.refusal(
                        "pageTable must have a page for every key: sequence=%d, kvLen=%d, pageLen=%d, width=%d",
                        b, lens[b], pageLen, width);
            }
            for (int n = 0; n < needed; n++) {
                int page = pages[b * width + n];
                if (page < 0 || page >= pageCount) {
                    throw Checks.refusal(
                            "pageTable must name pages from 0 to %d: sequence=%d, index=%d, page=%d",
                            pageCount - 1, b, n, page);
                }
                target[b * targetWidth + n] = page;
            }
        }
    }
}
