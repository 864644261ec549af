package heed.blas;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Tries a library that nobody has vouched for in a process of its own, since what a library does when it is opened or
/// called can end a process. One that passes is marked beside its copy in the cache, and not tried again on such a
/// processor: a home may be shared with machines that lack the instructions it takes.
final class LibraryTrial {
    private static final System.Logger LOG = System.getLogger(LibraryTrial.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TrialMain.Task task;
    private final Duration patience;
    private final String processor;

    /// @param task what a library is to do
    LibraryTrial(TrialMain.Task task) {
        this(task, PATIENCE, Processor.current());
    }

    /// @param patience how long a library may take
    /// @param processor that this one is
    LibraryTrial(TrialMain.Task task, Duration patience, String processor) {
        this.task = task;
        this.patience = patience;
        this.processor = processor;
    }

    /// Finds libraries that are to be open.
    @FunctionalInterface
    interface Companions {
        List<Path> find() throws IOException;
    }

    /// The rule that the library breaks, if it breaks one.
    ///
    /// @param copy the file in the cache
    /// @param companions libraries to open before it, as this process has: it may need them
    /// @throws IOException if no process can be started
    Optional<String> obstacle(Path copy, Companions companions) throws IOException {
        Path mark = copy.resolveSibling(copy.getFileName() + task.mark() + processor);
        if (Files.exists(mark)) {
            return Optional.empty();
        }
        Path said = Files.createTempFile("heed-trial.", ".txt");
        try {
            Optional<String> obstacle = tried(command(companions.find(), copy), said);
            if (obstacle.isEmpty()) {
                mark(mark);
            }
            return obstacle;
        } finally {
            Files.delete(said);
        }
    }

    /// In a cache that was filled elsewhere and is only read here, there is no mark, and the next process tries again.
    private static void mark(Path mark) {
        try {
            Files.writeString(mark, "tried by " + System.getProperty("java.vm.version") + "\n");
        } catch (IOException unwritten) {
            LOG.log(System.Logger.Level.DEBUG, "{0} must be written to spare the next trial: {1}", mark, unwritten);
        }
    }

    private Optional<String> tried(List<String> command, Path said) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // Options meant for this process may not suit that one.
        builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
        Process process =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            process.getOutputStream().close();
            return ends(process)
                    ? verdict(Files.readString(said, StandardCharsets.ISO_8859_1), process.exitValue())
                    : Optional.of(task.rule() + " in a process of its own, and was not done after "
                            + patience.toSeconds() + " s");
        } finally {
            process.destroyForcibly();
        }
    }

    /// Whether the process ends in time. An interrupt is kept for later: it is meant for whoever asked first, and
    /// what is found out is for the whole process.
    private boolean ends(Process process) {
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// What the last line means, and the end after it.
    static Optional<String> verdict(String said, int exit) {
        String last = said.lines()
                .filter(line -> line.contains(TrialMain.MARK))
                .reduce("", (_, line) -> line.substring(line.indexOf(TrialMain.MARK) + TrialMain.MARK.length()));
        String end = " ended the process that tried it, with status " + exit;
        return switch (last.split(" ", 2)[0]) {
            case "good" -> Optional.empty();
            case "unopened" -> Optional.of("must open (" + rest(last) + ")");
            case "broken" -> Optional.of(rest(last));
            case "failed" -> Optional.of("must be tried in a process of its own, and that failed (" + rest(last) + ")");
            case "opening" -> Optional.of("must open, and its initialiser" + end);
            case "asking" -> Optional.of("must tell what it is, and being asked" + end);
            case "measuring" -> Optional.of("must take 32-bit sizes, and a product with them" + end);
            case "multiplying" -> Optional.of("must multiply, and a product" + end);
            default ->
                Optional.of("must be tried in a process of its own, and that did not start (status " + exit
                        + said.lines().map(line -> ", " + line).findFirst().orElse("") + ")");
        };
    }

    private static String rest(String line) {
        return line.substring(line.indexOf(' ') + 1);
    }

    /// The JDK of this process, small and silent when it crashes, with the jar or folder that this class is from.
    private List<String> command(List<Path> companions, Path copy) {
        Path java = Path.of(
                System.getProperty("java.home"), "bin", Platform.current().isWindows() ? "java.exe" : "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-XX:+SuppressFatalErrorMessage",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:-UsePerfData",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED,heed.blas"));
        command.addAll(codePath()
                .map(path -> List.of("-cp", path.toString(), TrialMain.class.getName()))
                .orElse(List.of("-m", "heed.blas/" + TrialMain.class.getName())));
        command.add(task.name());
        companions.forEach(companion -> command.add(companion.toString()));
        command.add(copy.toString());
        return command;
    }

    /// Empty if the class is from the run-time image itself.
    private static Optional<Path> codePath() {
        return Optional.ofNullable(TrialMain.class.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .map(location -> URI.create(location.toString().replace(" ", "%20")))
                .filter(location -> "file".equals(location.getScheme()))
                .map(Path::of);
    }
}
