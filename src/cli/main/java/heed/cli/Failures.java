package heed.cli;

import heed.attention.SelfCheckException;
import heed.cli.input.InputException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Turns whatever went wrong into one line on the error stream and exit 2, or 1 if it is a row that a
/// self-check found wrong. `HEED_DEBUG=1` adds the stack trace.
final class Failures implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {
    private final Console console;

    Failures(Console console) {
        this.console = console;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        return report(command, oneLine(String.valueOf(failure.getMessage())) + "; see " + command + " --help", failure);
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed) {
        return report(commandLine.getCommandSpec().qualifiedName(), describe(failure), failure);
    }

    /// For what is no [Exception], such as a lack of memory.
    int handleError(Error failure) {
        return report("heed", describe(failure), failure);
    }

    private int report(String command, String message, Throwable failure) {
        console.warn(command + ": " + message);
        if (console.debug()) {
            PrintWriter err = console.err();
            failure.printStackTrace(err);
            err.flush();
        }
        return failure instanceof SelfCheckException ? Exit.FAILED : Exit.USAGE;
    }

    private static String describe(Throwable failure) {
        String message =
                oneLine(failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage());
        return switch (failure) {
            case UncheckedIOException wrapped when wrapped.getCause() != null -> describe(wrapped.getCause());
            case NoSuchFileException missing -> "no such file: file=" + missing.getFile();
            case AccessDeniedException denied -> "access denied: file=" + denied.getFile() + "; check its permissions";
            case FileSystemException problem -> "cannot use the file: " + oneLine(String.valueOf(problem.getMessage()));
            case OutOfMemoryError _ -> "not enough memory: " + message + "; use smaller tensors or a larger machine";
            case InputException _, IllegalArgumentException _ -> message;
            default ->
                isOurs(failure)
                        ? message
                        : message + " (" + failure.getClass().getSimpleName() + "; HEED_DEBUG=1 shows where)";
        };
    }

    /// Exceptions declared by Heed's modules speak to users; others name their class, too.
    private static boolean isOurs(Throwable failure) {
        return failure.getClass().getName().startsWith("heed.");
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
