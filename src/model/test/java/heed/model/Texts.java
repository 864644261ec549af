package heed.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Texts to embed.
final class Texts {
    private static final List<String> WORDS =
            List.of("tea", "river", "quickly", "of", "music", "seven", "blue", "and", "engine", "ran");

    private Texts() {}

    /// Short ones, among them what trips tokenizers.
    static List<String> shortOnes() {
        return List.of(
                "",
                " ",
                "\t\n  \r\n",
                "a",
                "?",
                "The quick brown fox jumps over the lazy dog.",
                "A man is eating food.",
                "a man is eating FOOD",
                "Attention is all you need, isn't it?",
                "3.14159 * 2e-10 = $6.28",
                "https://example.org/path?query=1&other=two#top",
                "naïve café, Ångström, Straße, œuvre",
                "注意力机制是深度学习中的重要概念。",
                "これは日本語の文章です。",
                "한국어 문장 하나.",
                "الانتباه هو كل ما تحتاجه",
                "תשומת לב היא כל מה שצריך",
                "Внимание — это всё, что нужно.",
                "ध्यान ही वह सब है जो आपको चाहिए",
                "Η προσοχή είναι το μόνο που χρειάζεσαι",
                "ความสนใจคือทั้งหมดที่คุณต้องการ",
                "😀🚀 👩‍👩‍👧‍👦 🇩🇪 ✅",
                "[CLS] [SEP] [MASK] [UNK] ##ing",
                "zero\u0000byte\u200bwidth\ufeffmark\u00ad",
                "half a pair: \ud83d and \ude00.",
                "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
                "x".repeat(150));
    }

    /// A text of `words` words that are tokens each; the two special tokens come on top.
    static String ofWords(int words) {
        return IntStream.range(0, words)
                .mapToObj(n -> WORDS.get((n * 7 + n / 10) % WORDS.size()))
                .collect(Collectors.joining(" "));
    }

    /// Random ones: runs of one script each, from all of Unicode.
    static List<String> random(long seed, int count) {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            texts.add(Stream.generate(() -> word(random))
                    .limit(1 + random.nextInt(8))
                    .collect(Collectors.joining(random.nextBoolean() ? " " : ", ")));
        }
        return texts;
    }

    /// The lines of a file that `-Dheed.test.texts=FILE` names: texts that no one wrote for these tests.
    static List<String> fromOutside() throws IOException {
        String file = System.getProperty("heed.test.texts", "");
        return file.isBlank() ? List.of() : Files.readAllLines(Path.of(file));
    }

    private static String word(Random random) {
        int[] firsts = {'a', 'A', '0', 0xc0, 0x400, 0x5d0, 0x620, 0x905, 0x3041, 0x4e00, 0xac00, 0x1f300};
        int first = firsts[random.nextInt(firsts.length)];
        StringBuilder word = new StringBuilder();
        for (int n = random.nextInt(6); n >= 0; n--) {
            word.appendCodePoint(first + random.nextInt(first < 0x80 ? 10 : 60));
        }
        return word.toString();
    }
}
