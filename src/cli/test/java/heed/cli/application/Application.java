package heed.cli.application;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The packaged application, or a copy that a test may damage.
///
/// @param home its directory
record Application(Path home) {
    /// What came of a process.
    ///
    /// @param err without the JDK's warning of incubator modules, which nothing turns off
    record Result(int exit, String out, String err) {}

    static Application built() {
        return new Application(Path.of(Objects.requireNonNull(System.getProperty("heed.application"))));
    }

    /// A copy whose `backends` are its own; the rest is linked.
    Application copyTo(Path target) throws IOException {
        Files.createDirectories(target.resolve("backends"));
        Files.createDirectory(target.resolve("bin"));
        Files.copy(home.resolve("bin/heed"), target.resolve("bin/heed"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(target.resolve("lib"), home.resolve("lib"));
        Files.createSymbolicLink(target.resolve("runtime"), home.resolve("runtime"));
        for (Path jar : backends()) {
            Files.copy(jar, target.resolve("backends").resolve(jar.getFileName()));
        }
        return new Application(target);
    }

    List<Path> backends() throws IOException {
        return jars("backends");
    }

    /// The jars of a folder, by name.
    List<Path> jars(String folder) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /// The one jar of `folder` whose name begins with `prefix`.
    Path jar(String folder, String prefix) throws IOException {
        return jars(folder).stream()
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }

    Result run(String... arguments) throws IOException, InterruptedException {
        return start(home.resolve("bin/heed"), Path.of("."), arguments);
    }

    /// Runs a program to its end.
    static Result start(Path program, Path directory, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("heed", ".out");
        Path err = Files.createTempFile("heed", ".err");
        try {
            List<String> words = Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                    .toList();
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(directory.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            // As on a machine without a JDK.
            builder.environment().remove("JAVA_HOME");
            builder.environment().put("PATH", "/usr/bin:/bin");
            Process process = builder.start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("did not end: " + words);
            }
            return new Result(process.exitValue(), Files.readString(out), withoutIncubatorWarning(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static String withoutIncubatorWarning(Path err) throws IOException {
        return String.join(
                "\n",
                Files.readAllLines(err).stream()
                        .filter(line -> !line.equals("WARNING: Using incubator modules: jdk.incubator.vector"))
                        .toList());
    }
}
