package heed.studies.windows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Composition of permutations: a key `k` and two anchors `i`, `j` are given, `π_j(π_i(k))` is asked.
///
/// The pairs (i, j) are split, not the examples: who has learned the permutations composes pairs that were
/// never seen.
///
/// @param train examples of 45 pairs
/// @param unseen examples of the other 19
record Task(List<Pair> trainPairs, List<Pair> unseenPairs, Examples train, Examples unseen) {
    static final int KEYS = 16;
    static final int ANCHORS = 8;
    static final int VOCABULARY = KEYS + ANCHORS;
    static final int LEN = 3;
    private static final int TRAIN_PAIRS = 45;

    /// The anchors of an example, the first applied first.
    record Pair(int first, int second) {}

    /// Token numbers, [#LEN] for each example, and what is asked.
    record Examples(int[] tokens, int[] answers) {
        int count() {
            return answers.length;
        }
    }

    /// That of `seed`: 70 % of the pairs are for training, in which each anchor is once first and once
    /// second.
    static Task seeded(long seed) {
        Random random = new Random(seed);
        int[][] permutations =
                IntStream.range(0, ANCHORS).mapToObj(_ -> permutation(random)).toArray(int[][]::new);
        List<Pair> pairs = new ArrayList<>();
        for (int n = 0; n < ANCHORS * ANCHORS; n++) {
            pairs.add(new Pair(n / ANCHORS, n % ANCHORS));
        }
        do {
            Collections.shuffle(pairs, random);
        } while (anchorsInBothPlaces(pairs.subList(0, TRAIN_PAIRS)) < ANCHORS);
        List<Pair> train = List.copyOf(pairs.subList(0, TRAIN_PAIRS));
        List<Pair> unseen = List.copyOf(pairs.subList(TRAIN_PAIRS, pairs.size()));
        return new Task(train, unseen, examples(train, permutations), examples(unseen, permutations));
    }

    private static int[] permutation(Random random) {
        List<Integer> keys = new ArrayList<>(IntStream.range(0, KEYS).boxed().toList());
        Collections.shuffle(keys, random);
        return keys.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Anchors that are first in some pair and second in some.
    static long anchorsInBothPlaces(List<Pair> pairs) {
        return IntStream.range(0, ANCHORS)
                .filter(anchor -> pairs.stream().anyMatch(pair -> pair.first == anchor))
                .filter(anchor -> pairs.stream().anyMatch(pair -> pair.second == anchor))
                .count();
    }

    private static Examples examples(List<Pair> pairs, int[][] permutations) {
        int[] tokens = new int[pairs.size() * KEYS * LEN];
        int[] answers = new int[pairs.size() * KEYS];
        for (int n = 0; n < answers.length; n++) {
            Pair pair = pairs.get(n / KEYS);
            int key = n % KEYS;
            tokens[LEN * n] = key;
            tokens[LEN * n + 1] = KEYS + pair.first;
            tokens[LEN * n + 2] = KEYS + pair.second;
            answers[n] = permutations[pair.second][permutations[pair.first][key]];
        }
        return new Examples(tokens, answers);
    }
}
