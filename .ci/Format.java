import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Formats the sources below the given folders, or with `check` only names those that are not formatted.
///
/// The build starts it on the JDK that compiles: the formatter parses with the JDK it runs on.
void main(String[] args) throws IOException, FormatterException {
    boolean check = args[0].equals("check");
    List<Path> wrong = new ArrayList<>();
    for (Path source : sources(List.of(args).subList(1, args.length))) {
        String text = Files.readString(source);
        String formatted = format(source, text);
        if (!text.equals(formatted)) {
            wrong.add(source);
            if (!check) {
                Files.writeString(source, formatted);
            }
        }
    }
    if (check && !wrong.isEmpty()) {
        wrong.forEach(source -> System.err.println("not formatted: " + source));
        System.err.println("format the sources: mvn -N exec:exec@format");
        System.exit(1);
    }
}

List<Path> sources(List<String> folders) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : folders) {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            files.filter(file -> file.toString().matches(".*[/\\\\](main|test)[/\\\\]java[/\\\\].*\\.java"))
                    .filter(file -> !file.toString().contains("target"))
                    .forEach(found::add);
        }
    }
    return found;
}

String format(Path source, String text) throws FormatterException {
    // The formatter would break a long /// line into code.
    Optional<String> tooLong = text.lines()
            .filter(line -> line.strip().startsWith("//") && line.length() > 120)
            .findFirst();
    if (tooLong.isPresent()) {
        throw new FormatterException(source + ": comment longer than 120 columns: " + tooLong.get());
    }
    try {
        return format(text);
    } catch (FormatterException failure) {
        throw new FormatterException(source + ": " + failure.getMessage());
    }
}

String format(String text) throws FormatterException {
    String ordered = ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.PALANTIR);
    Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());
    return formatter.formatSource(ordered);
}
