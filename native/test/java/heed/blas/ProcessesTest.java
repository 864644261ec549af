package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import heed.attention.Attention;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What only a process of its own shows: its start, and many of them at once.
@EnabledOnOs(OS.LINUX)
final class ProcessesTest {
    private static final int PROCESSES = 2;

    @TempDir
    Path directory;

    /// Prints every backend and whether it can run.
    public static void main(String[] arguments) {
        Attention.load()
                .backends()
                .forEach(backend -> System.out.println(backend.name() + ": " + backend.availability()));
    }

    /// On the class path, where a `provides` of a module is a file.
    private Process start(Path said, String... options) throws IOException {
        String path = Optional.ofNullable(System.getProperty("jdk.module.path"))
                .orElse(System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                path + File.pathSeparator + Path.of("target", "test-classes").toAbsolutePath()));
        command.addAll(List.of(options));
        command.add(ProcessesTest.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("HEED_") || name.startsWith("JAVA_"));
        return builder.redirectOutput(said.toFile()).start();
    }

    private static List<String> end(Process process, Path said) throws Exception {
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(said)).isZero();
            return Files.readAllLines(said).stream()
                    .filter(line -> line.contains(": Available[") || line.contains(": Unavailable["))
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }

    /// Each native backend says so; the others compute.
    @Test
    void whereNativeAccessIsDenied() throws Exception {
        Path said = directory.resolve("said");
        List<String> backends =
                end(start(said, "--illegal-native-access=deny", "-Dheed.cache=" + directory.resolve("cache")), said);
        String denied =
                ": Unavailable[reason=native access is denied to heed.blas, hint=start Java with --enable-native";
        assertThat(backends)
                .anySatisfy(line -> assertThat(line).startsWith("openblas" + denied))
                .anySatisfy(line -> assertThat(line).startsWith("onednn" + denied))
                .anySatisfy(line -> assertThat(line).startsWith("cuda" + denied))
                .anySatisfy(line -> assertThat(line).startsWith("vector: Available["));
    }

    /// They fill one empty cache at once, try one library at once, and all find the same.
    @Test
    void manyMayBeginAtOnce() throws Exception {
        Path cache = directory.resolve("cache");
        Path mine = CLibrary.compile(directory.resolve("libmine.so"));
        List<Process> processes = new ArrayList<>();
        for (int n = 0; n < PROCESSES; n++) {
            processes.add(start(
                    directory.resolve("said-" + n),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dheed.cache=" + cache,
                    "-Dheed.blas.libraries=" + mine));
        }
        List<List<String>> found = new ArrayList<>();
        for (int n = 0; n < PROCESSES; n++) {
            found.add(end(processes.get(n), directory.resolve("said-" + n)));
        }
        assertThat(found)
                .allSatisfy(backends -> assertThat(backends)
                        .isEqualTo(found.getFirst())
                        .anySatisfy(line -> assertThat(line).matches("blas@[0-9a-f]{12}: Available.*"))
                        .anySatisfy(line -> assertThat(line).matches("openblas@[^:]*: Available.*")));
        try (Stream<Path> files = Files.walk(cache)) {
            assertThat(files).noneMatch(file -> file.toString().matches(".*\\.(part|txt)"));
        }
    }
}
