package heed.attention;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a [KvCache] is to do, with a list of tokens for each sequence and nothing counted that can be looked up.
final class KvCacheModel {
    /// What is stored for one position, rows by head.
    record Token(double[][] keys, double[][] values) {}

    /// A page, by identity.
    static final class Page {
        /// Keys that snapshots may read, as far as any went since the page was last without one.
        private int readLen;
    }

    /// A sequence, or what a snapshot holds of it.
    static final class Sequence {
        final List<Token> tokens;
        final List<Page> pages;
        int first;

        Sequence(List<Token> tokens, List<Page> pages, int first) {
            this.tokens = new ArrayList<>(tokens);
            this.pages = new ArrayList<>(pages);
            this.first = first;
        }

        Sequence copy() {
            return new Sequence(tokens, pages, first);
        }

        int len() {
            return tokens.size();
        }
    }

    final Map<Integer, Sequence> sequences = new HashMap<>();
    private final List<List<Sequence>> snapshots = new ArrayList<>();
    private final int pageLen;
    private final int pageCount;
    private final int window;

    /// @param window 0 for none
    KvCacheModel(int pageLen, int pageCount, int window) {
        this.pageLen = pageLen;
        this.pageCount = pageCount;
        this.window = window;
    }

    Sequence sequence(int number) {
        return java.util.Objects.requireNonNull(sequences.get(number));
    }

    int freePages() {
        Set<Page> held = new HashSet<>();
        sequences.values().forEach(sequence -> held.addAll(sequence.pages));
        snapshots.forEach(snapshot -> snapshot.forEach(sequence -> held.addAll(sequence.pages)));
        return pageCount - held.size();
    }

    /// Whether there is room; appends if so.
    boolean append(int number, List<Token> tokens) {
        Sequence sequence = sequence(number);
        int used = sequence.len() % pageLen;
        boolean copies = !tokens.isEmpty() && used > 0 && isKept(sequence.pages.getLast(), used);
        int pages = Math.ceilDiv(sequence.len() + tokens.size(), pageLen);
        if (pages - sequence.pages.size() + (copies ? 1 : 0) > freePages()) {
            return false;
        }
        if (copies) {
            sequence.pages.set(sequence.pages.size() - 1, new Page());
        }
        while (sequence.pages.size() < pages) {
            sequence.pages.add(new Page());
        }
        sequence.tokens.addAll(tokens);
        forget(sequence);
        return true;
    }

    /// Whether writing key `used` would show elsewhere.
    private boolean isKept(Page page, int used) {
        long owners = sequences.values().stream()
                .filter(sequence -> sequence.pages.contains(page))
                .count();
        return owners > 1 || used < page.readLen;
    }

    private void forget(Sequence sequence) {
        while (window > 0 && sequence.len() - pageLen >= window) {
            sequence.pages.removeFirst();
            sequence.tokens.subList(0, pageLen).clear();
            sequence.first += pageLen;
        }
    }

    void truncate(int number, int len) {
        Sequence sequence = sequence(number);
        sequence.tokens.subList(len, sequence.len()).clear();
        sequence.pages
                .subList(Math.ceilDiv(len, pageLen), sequence.pages.size())
                .clear();
    }

    List<Sequence> snapshot(int... numbers) {
        List<Sequence> snapshot = new ArrayList<>();
        for (int number : numbers) {
            Sequence held = sequence(number).copy();
            for (int n = 0; n < held.pages.size(); n++) {
                Page page = held.pages.get(n);
                page.readLen = Math.max(page.readLen, Math.min(pageLen, held.len() - n * pageLen));
            }
            snapshot.add(held);
        }
        snapshots.add(snapshot);
        return snapshot;
    }

    void close(List<Sequence> snapshot) {
        snapshots.removeIf(open -> open == snapshot);
        for (Sequence held : snapshot) {
            for (Page page : held.pages) {
                boolean isRead = snapshots.stream()
                        .anyMatch(open -> open.stream().anyMatch(other -> other.pages.contains(page)));
                page.readLen = isRead ? page.readLen : 0;
            }
        }
    }
}
