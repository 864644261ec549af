package heed.cli.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.cli.application.Application.Result;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What the README tells a newcomer to type works as it stands there.
final class ReadmeIT {
    private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("heed.root")));
    private static final String LAUNCHER = "src/cli/target/heed/bin/heed ";

    @TempDir
    Path folder = Path.of("");

    private static List<String> blocks(String language) throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(readme)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static List<String> commands() throws IOException {
        return blocks("sh").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(LAUNCHER))
                .toList();
    }

    @Test
    void showsTheCommand() throws Exception {
        assertFalse(commands().isEmpty());
    }

    @TestFactory
    Stream<DynamicTest> commandsRun() throws IOException {
        return commands().stream()
                .map(line -> DynamicTest.dynamicTest(line, () -> {
                    String[] words = Pattern.compile("\"([^\"]*)\"|(\\S+)")
                            .matcher(line.substring(LAUNCHER.length()))
                            .results()
                            .map(ReadmeIT::word)
                            .toArray(String[]::new);
                    SampleFiles.write(folder);
                    Result result = Application.start(ROOT.resolve(LAUNCHER.strip()), folder, words);
                    assertEquals(0, result.exit(), () -> result.out() + result.err());
                }));
    }

    private static String word(MatchResult match) {
        return match.group(1) == null ? match.group(2) : match.group(1);
    }

    @TestFactory
    Stream<DynamicTest> javaExamplesRunOnTheClassPath() throws IOException {
        List<String> examples = blocks("java");
        assertTrue(examples.size() > 1);
        assertTrue(examples.getFirst().contains("\"computed by \""));
        return IntStream.range(0, examples.size())
                .mapToObj(n -> DynamicTest.dynamicTest("example " + n, () -> runs(examples.get(n), n)));
    }

    /// Each example prints one line.
    private void runs(String example, int number) throws Exception {
        Path source = folder.resolve("Example" + number + ".java");
        Files.writeString(source, example);
        Application built = Application.built();
        String jars = Stream.concat(Stream.of(built.jar("lib", "heed-attention")), built.backends().stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        Result result = Application.start(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                folder,
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                jars,
                source.toString());
        assertEquals(0, result.exit(), () -> result.out() + result.err());
        assertEquals(1, result.out().lines().count(), result.out());
    }
}
