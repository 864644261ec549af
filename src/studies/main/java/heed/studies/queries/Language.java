package heed.studies.queries;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Text of a made-up language, letter by letter: 200 words of two to seven letters, used by Zipf's law,
/// each followed
/// by one of its own four favourites half of the time.
record Language(int[] letters) {
    /// Letters, a space and a full stop.
    static final int ALPHABET = 28;

    private static final int SPACE = 26;
    private static final int STOP = 27;
    private static final int WORDS = 200;
    private static final int FAVOURITES = 4;
    private static final String CONSONANTS = "bcdfghjklmnpqrstvwxz";
    private static final String VOWELS = "aeiouy";

    /// `count` letters of it.
    static Language seeded(long seed, int count) {
        Random random = new Random(seed);
        List<int[]> words = new ArrayList<>();
        int[][] favourites = new int[WORDS][FAVOURITES];
        for (int word = 0; word < WORDS; word++) {
            words.add(word(random));
            for (int n = 0; n < FAVOURITES; n++) {
                favourites[word][n] = zipf(random);
            }
        }
        int[] letters = new int[count];
        int at = 0;
        int word = 0;
        while (at < count) {
            word = random.nextBoolean() ? favourites[word][random.nextInt(FAVOURITES)] : zipf(random);
            for (int letter : words.get(word)) {
                at = put(letters, at, letter);
            }
            at = put(letters, at, random.nextInt(12) == 0 ? STOP : SPACE);
        }
        return new Language(letters);
    }

    private static int put(int[] letters, int at, int letter) {
        if (at < letters.length) {
            letters[at] = letter;
        }
        return at + 1;
    }

    /// Consonants and vowels by turns.
    private static int[] word(Random random) {
        int[] word = new int[2 + random.nextInt(6)];
        boolean vowel = random.nextBoolean();
        for (int n = 0; n < word.length; n++) {
            String letters = vowel ? VOWELS : CONSONANTS;
            word[n] = letters.charAt(random.nextInt(letters.length())) - 'a';
            vowel = !vowel;
        }
        return word;
    }

    /// Word n about as often as 1/(n + 1): its logarithm is uniform.
    private static int zipf(Random random) {
        return (int) Math.pow(WORDS + 1, random.nextDouble()) - 1;
    }
}
