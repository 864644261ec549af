package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Texts and refusals of `heed generate`.
final class GenerateCommandTest {
    private static final String STORY =
            "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she"
                    + " saw a big, red ball. She wanted to play with it, but it was too high.";

    @TempDir
    Path folder = Path.of("");

    /// A model beside the project; without it the test is skipped and says so.
    private static Path shared(String name) {
        Optional<Path> found = Stream.iterate(
                        Path.of("").toAbsolutePath(), path -> path.getParent() != null, Path::getParent)
                .map(root -> root.resolveSibling("shared").resolve("models").resolve(name))
                .filter(Files::exists)
                .findFirst();
        assumeTrue(found.isPresent(), () -> name + " is not in ../shared/models");
        return found.orElseThrow();
    }

    /// A llama2.c checkpoint of zeros, whose every token is as likely as the first, with a vocabulary beside
    /// it.
    private Path zeros() throws IOException {
        int vocabulary = 8;
        ByteBuffer tokens = ByteBuffer.allocate(4 + 9 * vocabulary).order(ByteOrder.LITTLE_ENDIAN);
        tokens.putInt(1);
        for (int token = 0; token < vocabulary; token++) {
            tokens.putFloat(0).putInt(1).put((byte) ('a' + token));
        }
        Files.write(folder.resolve("tok.bin"), tokens.array());
        int[] header = {4, 4, 1, 2, 1, vocabulary, 8};
        int tensors = vocabulary * 4 + 4 + 16 + 8 + 8 + 16 + 4 + 16 + 16 + 16 + 4 + 2 * 8;
        ByteBuffer model = ByteBuffer.allocate(28 + 4 * tensors).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : header) {
            model.putInt(number);
        }
        return Files.write(folder.resolve("zeros.bin"), model.array());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--temperature -1        | temperature=-1",
                "--temperature NaN       | temperature=NaN",
                "--top-p 0               | topP=0",
                "--tokens 0              | tokens=0",
                "--tokens 8              | prompt=1 tokens, new=8, context=8",
                "--prompt dddddddd       | context=8",
                "--continuations 0       | continuations=0",
                "--continuations 65      | continuations=65",
                "--backend nonsense      | no backend is called nonsense",
                "--tokenizer /nowhere    | /nowhere: the file must exist",
                "--seed x                | --seed",
            })
    void aWrongOptionIsOneLineAndExit2(String options, String part) throws IOException {
        assertRefused(part, Stream.concat(Stream.of("generate", "--model", zeros()), Stream.of(options.split(" "))));
    }

    private static void assertRefused(String part, Stream<Object> words) {
        Run run = Run.of(words.toArray());
        assertEquals(Exit.USAGE, run.exit(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(part), run.err());
        assertEquals("", run.out());
    }

    @Test
    void aWrongModelIsOneLineAndExit2() throws IOException {
        assertRefused("--model", Stream.of("generate"));
        assertRefused("/nowhere: the file must exist", Stream.of("generate", "--model", "/nowhere"));
        assertRefused("config.json: the file must exist", Stream.of("generate", "--model", folder));
        Path cut = folder.resolve("cut.bin");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(zeros()), 200));
        assertRefused(cut + ": the file must hold the whole of ", Stream.of("generate", "--model", cut));
    }

    @Test
    void textsStandApart() throws IOException {
        Run run = Run.of("generate", "--model", zeros(), "--prompt", "de", "--continuations", 2, "--tokens", 3);
        assertEquals(Exit.DONE, run.exit(), run.err());
        assertEquals("de\n\nde\n", run.out());
    }

    @ParameterizedTest
    @CsvSource({"reference", "vector"})
    void tellsTheStory(String backend) {
        Path model = shared("stories260K.bin");
        Run run = Run.of("generate", "--model", model, "--temperature", "0", "--backend", backend);
        assertEquals(Exit.DONE, run.exit(), run.err());
        assertTrue(run.out().startsWith(STORY), run.out());
        assertEquals("", run.err());
    }
}
