package heed.conformance.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A directory of golden cases.
///
/// @param directory holds `index.json` and a folder for each case
public record GoldenSuite(Path directory) {
    private static final String VARIABLE = "HEED_CONFORMANCE";

    /// The suite that `HEED_CONFORMANCE` names, or else `../shared/conformance` beside the working directory or one
    /// of its parents; empty if there is none.
    ///
    /// @throws CaseFormatException if the variable names something that is no directory
    public static Optional<GoldenSuite> find() {
        return find(Optional.ofNullable(System.getenv(VARIABLE)), Path.of(""));
    }

    static Optional<GoldenSuite> find(Optional<String> named, Path from) {
        Optional<Path> given = named.filter(text -> !text.isBlank()).map(Path::of);
        if (given.isPresent() && !Files.isDirectory(given.get())) {
            throw new CaseFormatException(VARIABLE + " must name a directory: got " + given.get());
        }
        return given.or(() -> Stream.iterate(from.toAbsolutePath(), p -> p.getParent() != null, Path::getParent)
                        .map(root -> root.resolveSibling("shared").resolve("conformance"))
                        .filter(Files::isDirectory)
                        .findFirst())
                .map(GoldenSuite::new);
    }

    /// The folder of every case: those that the index lists and those that are there, by name. One that is listed
    /// and not there fails when run.
    ///
    /// @throws CaseFormatException if the index is malformed or there is no case at all
    public List<Path> cases() {
        TreeSet<Path> folders = new TreeSet<>();
        if (!Files.isDirectory(directory)) {
            throw new CaseFormatException(directory + ": must be a directory of golden cases");
        }
        try (Stream<Path> children = Files.list(directory)) {
            children.filter(child -> Files.exists(child.resolve("case.json"))).forEach(folders::add);
        } catch (IOException unreadable) {
            throw new CaseFormatException(directory + ": cannot be listed: " + unreadable.getMessage());
        }
        Path index = directory.resolve("index.json");
        if (Files.exists(index)) {
            JsonObjectReader.of(index).objects("cases").forEach(entry -> folders.add(folder(entry)));
        }
        if (folders.isEmpty()) {
            throw new CaseFormatException(directory + ": must hold at least one folder with a case.json");
        }
        return List.copyOf(folders);
    }

    private Path folder(JsonObjectReader entry) {
        String name = entry.text("dir");
        if (name.isBlank() || name.equals(".") || name.equals("..") || !name.equals(fileName(name))) {
            throw entry.wrong(entry.at() + ".dir", "the name of a folder of the suite", name);
        }
        return directory.resolve(name);
    }

    private static String fileName(String name) {
        return String.valueOf(Path.of(name).getFileName());
    }
}
