package heed.cli.tune;

import heed.attention.TuningTable;
import heed.cli.input.InputException;
import heed.cli.print.Environment;
import heed.cli.print.Json;
import heed.model.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// The file that keeps what `heed tune` measured: `tuning.json` in the user's cache.
///
/// It holds for one processor, as many of its cores, one JDK and one Heed; each cost in it for one library. A file of
/// another place, or one that is damaged anywhere, is not used at all: costs that are wrong are worse than none.
///
/// @param path where it is or will be
public record TuneFile(Path path) {
    /// A table at its bound has some 600 bytes a cost.
    private static final long MOST_BYTES = 16L << 20;

    /// The user's.
    public static TuneFile ofUser() {
        return new TuneFile(Cache.folder().resolve("tuning.json"));
    }

    /// What is kept and holds here; empty if there is no file. If there is one that cannot be used, `warn` is
    /// told in a sentence.
    public TuningTable read(Consumer<String> warn) {
        if (!Files.exists(path)) {
            return TuningTable.EMPTY;
        }
        try {
            if (Files.size(path) > MOST_BYTES) {
                return unused(warn, "it is larger than " + (MOST_BYTES >> 20) + " MiB");
            }
            String text = Files.readString(path);
            int format = Json.read(text, StoredTuning.Head.class).format(); // the rest may have another shape
            if (format != StoredTuning.FORMAT) {
                return unused(warn, "it must have format " + StoredTuning.FORMAT + ": format=" + format);
            }
            StoredTuning stored = Json.read(text, StoredTuning.class);
            TuningTable table = stored.table();
            return difference(stored.environment(), Environment.here())
                    .map(difference -> unused(warn, difference))
                    .orElse(table);
        } catch (IOException failure) {
            return unused(warn, "it cannot be read, " + failure);
        } catch (RuntimeException failure) { // Jackson's, and those of components that refuse their value
            return unused(warn, "it is damaged, " + firstLine(failure));
        }
    }

    private TuningTable unused(Consumer<String> warn, String reason) {
        warn.accept("the costs that were measured are not used: " + reason + "; run heed tune, file=" + path);
        return TuningTable.EMPTY;
    }

    private static String firstLine(RuntimeException failure) {
        String text = Optional.ofNullable(failure.getMessage())
                .orElse(failure.getClass().getSimpleName());
        return text.lines().findFirst().orElse(text);
    }

    /// In what the place of measurement was another.
    private static Optional<String> difference(Environment then, Environment now) {
        return different("cpu", then.cpu(), now.cpu())
                .or(() -> different("cores", then.cores(), now.cores()))
                .or(() -> different("jdk", then.jdk(), now.jdk()))
                .or(() -> different("heed", then.heed(), now.heed()));
    }

    private static Optional<String> different(String name, Object then, Object now) {
        return then.equals(now)
                ? Optional.empty()
                : Optional.of("they are of another place, %s=%s, here %s=%s".formatted(name, then, name, now));
    }

    /// Keeps what `fresh` says and, of the rest, what the file says by now: another process may measure, too.
    ///
    /// @throws InputException if it cannot
    public void add(TuningTable fresh) {
        TuningTable all = read(_ -> {});
        for (var entry : fresh.costs().entrySet()) {
            all = all.with(entry.getKey(), entry.getValue());
        }
        write(all);
    }

    /// Keeps `table`: whole or not at all.
    ///
    /// @throws InputException if it cannot
    public void write(TuningTable table) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
        } catch (IOException failure) {
            throw new InputException(
                    failure,
                    "the cache must be a directory that can be written, choose another by heed.cache or XDG_CACHE_HOME: file=%s",
                    path);
        }
        Json.write(path, StoredTuning.of(table, Environment.here()));
    }
}
