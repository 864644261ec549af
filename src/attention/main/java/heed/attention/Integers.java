package heed.attention;

import java.util.Arrays;

/// Whole numbers of the caller's, read anew by each run where they lie: as wide as whoever made them had them, for
/// a copy to one width would have to be made for every run.
sealed interface Integers {
    /// How many there are.
    int count();

    /// Number `n`.
    long get(int n);

    /// 32 bits each.
    record Ints(int... values) implements Integers {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public long get(int n) {
            return values[n];
        }

        @Override
        public String toString() {
            return Arrays.toString(values);
        }
    }

    /// 64 bits each.
    record Longs(long... values) implements Integers {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public long get(int n) {
            return values[n];
        }

        @Override
        public String toString() {
            return Arrays.toString(values);
        }
    }
}
