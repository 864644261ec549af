package heed.cli.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.cli.application.Application.Result;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A project outside the build, on nothing but the built jars: compiled and run as users would, by the JDK's tools.
final class ConsumerIT {
    private static final Path TOOLS = Path.of(System.getProperty("java.home"), "bin");
    private static final Path SOURCES = Path.of(Objects.requireNonNull(System.getProperty("heed.consumer")));

    private final Application built = Application.built();

    @TempDir
    Path classes = Path.of("");

    private String jars() throws Exception {
        return Stream.concat(Stream.of(built.jar("lib", "heed-attention")), built.backends().stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String[] wanted() {
        String list = Optional.ofNullable(System.getenv("HEED_REQUIRE")).orElse("vector");
        return Stream.of(list.split(","))
                .filter(name -> !Set.of("conformance", "cuda-double").contains(name)) // no backends
                .toArray(String[]::new);
    }

    @Test
    void onTheClassPath() throws Exception {
        tool(
                "javac",
                "-cp",
                jars(),
                "-d",
                classes.toString(),
                SOURCES.resolve("consumer/Consumer.java").toString());
        checkOutput(tool(
                "java",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes + File.pathSeparator + jars(),
                "consumer.Consumer"));
    }

    @Test
    void onTheModulePath() throws Exception {
        tool(
                "javac",
                "--module-path",
                jars(),
                "-d",
                classes.toString(),
                SOURCES.resolve("module-info.java").toString(),
                SOURCES.resolve("consumer/Consumer.java").toString());
        checkOutput(tool(
                "java",
                "--enable-native-access=heed.blas",
                "--module-path",
                classes + File.pathSeparator + jars(),
                "--module",
                "consumer/consumer.Consumer"));
    }

    private static void checkOutput(Result result) {
        for (String name : wanted()) {
            if (name.equals("onednn")) { // computes bf16, and the consumer asks for f32
                continue;
            }
            Pattern line = Pattern.compile("(?m)^" + Pattern.quote(name) + "(@\\S+)? agrees$");
            assertTrue(line.matcher(result.out()).find(), name + " is required here: " + result.out());
        }
        assertEquals("", result.err());
    }

    private static Result tool(String name, String... arguments) throws Exception {
        Result result = Application.start(TOOLS.resolve(name), Path.of("."), arguments);
        assertEquals(0, result.exit(), () -> name + " " + List.of(arguments) + "\n" + result.out() + result.err());
        return result;
    }
}
