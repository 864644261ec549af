package heed.cli;

import heed.cli.load.Backends;
import heed.cli.tune.TuneFile;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `heed` command.
@Command(
        name = "heed",
        mixinStandardHelpOptions = true,
        versionProvider = Heed.Version.class,
        description = "Attention on the CPU: run it, check it, measure it.",
        footer = {"", "Exit status: 0 done, 1 a check failed, 2 usage or input error."},
        subcommands = HelpCommand.class)
public final class Heed implements Runnable {
    @Spec
    @org.jspecify.annotations.Nullable
    CommandSpec spec;

    private Heed() {}

    /// Runs the command line and ends the process with its status.
    public static void main(String[] arguments) {
        System.exit(run(Console.ofProcess(), home(), arguments));
    }

    /// Runs the command line.
    ///
    /// @param home the application directory; empty to use the backends that are on the module path or class
    ///     path
    /// @return the exit status, see [Exit]
    public static int run(Console console, Optional<Path> home, String... arguments) {
        Failures failures = new Failures(console);
        try {
            return commandLine(console, new Session(console, () -> Backends.load(home)), failures)
                    .execute(arguments);
        } catch (OutOfMemoryError | StackOverflowError | LinkageError error) {
            return failures.handleError(error);
        } finally {
            console.progressDone();
            console.out().flush();
        }
    }

    private static CommandLine commandLine(Console console, Session session, Failures failures) {
        return new CommandLine(new Heed())
                .addSubcommand(new BackendsCommand(session))
                .addSubcommand(AttendCommand.line(session))
                .addSubcommand(new InspectCommand(session))
                .addSubcommand(new ConformanceCommand(session))
                .addSubcommand(new EmbedCommand(session))
                .addSubcommand(new GenerateCommand(session))
                .addSubcommand(new BenchCommand(session))
                .addSubcommand(new TuneCommand(session, TuneFile.ofUser()))
                .addSubcommand(new StudyCommand(session))
                .setOut(console.out())
                .setErr(console.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUnmatchedOptionsArePositionalParams(false)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    private static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty("heed.home")).map(Path::of);
    }

    @Override
    public void run() {
        throw new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), "a command is missing");
    }

    /// What `--version` prints.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"heed " + heed.cli.print.Environment.heedVersion()};
        }
    }
}
