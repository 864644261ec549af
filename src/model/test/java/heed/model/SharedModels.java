package heed.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Models that lie beside the project, not in it.
public final class SharedModels {
    private SharedModels() {}

    /// The file called `name` of the folder that `HEED_MODELS` names, or else of `../shared/models` beside the
    /// working directory or one of its parents; without it the test is skipped and says so.
    public static Path file(String name) {
        Optional<Path> found = Optional.ofNullable(System.getenv("HEED_MODELS"))
                .filter(text -> !text.isBlank())
                .map(Path::of)
                .or(() -> Stream.iterate(Path.of("").toAbsolutePath(), p -> p.getParent() != null, Path::getParent)
                        .map(root -> root.resolveSibling("shared").resolve("models"))
                        .filter(Files::isDirectory)
                        .findFirst())
                .map(folder -> folder.resolve(name))
                .filter(Files::exists);
        assumeTrue(found.isPresent(), () -> name + " is not there: name its folder by HEED_MODELS");
        return found.orElseThrow();
    }
}
