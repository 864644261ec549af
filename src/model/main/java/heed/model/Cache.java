package heed.model;

import heed.model.weights.ModelFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// The user's cache: what comes in a jar but must lie in a file to be mapped or loaded.
///
/// The folder is the system property `heed.cache`, else `heed` in `$XDG_CACHE_HOME`, else `~/.cache/heed`. A file
/// stands in a folder named after its hash: versions do not meet, and a name never changes its content.
public final class Cache {
    private Cache() {}

    /// Bytes as they must be.
    ///
    /// @param name file name
    /// @param size bytes
    /// @param sha256 in lower-case hexadecimal
    record Content(String name, long size, String sha256) {}

    /// The folder, which may not exist yet.
    public static Path folder() {
        return setting(System.getProperty("heed.cache"))
                .or(() -> setting(System.getenv("XDG_CACHE_HOME")).map(dir -> dir.resolve("heed")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "heed"))
                .toAbsolutePath();
    }

    private static Optional<Path> setting(@org.jspecify.annotations.Nullable String value) {
        return Optional.ofNullable(value).filter(v -> !v.isBlank()).map(Path::of);
    }

    /// The cached file with this content, written first if it is not there or was damaged.
    ///
    /// @param source gives the content
    /// @throws ModelFileException if the folder cannot be written or `source` gives something else
    static Path file(Path folder, Content content, Source source) {
        Path file = folder.resolve(content.sha256.substring(0, 16)).resolve(content.name);
        try {
            if (!holds(file, content)) {
                write(file, content, source);
            }
            return file;
        } catch (IOException failure) {
            throw new ModelFileException(
                    file,
                    failure,
                    "the cache must be readable and writable, choose another by -Dheed.cache=DIR: %s",
                    ModelFileException.reason(failure));
        }
    }

    /// Opens a stream of bytes.
    interface Source {
        InputStream open() throws IOException;
    }

    /// Writes beside and renames: another process sees no file or a whole one.
    private static void write(Path file, Content content, Source source) throws IOException {
        Files.createDirectories(file.getParent());
        Path beside = Files.createTempFile(file.getParent(), content.name, ".part");
        try {
            try (InputStream in = source.open();
                    OutputStream out = Files.newOutputStream(beside)) {
                in.transferTo(out);
            }
            if (!holds(beside, content)) {
                throw new ModelFileException(
                        file, "the copy in the jar must have its hash: sha256=%s, get the jar anew", content.sha256);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static boolean holds(Path file, Content content) throws IOException {
        return Files.isRegularFile(file)
                && Files.size(file) == content.size
                && sha256(file).equals(content.sha256);
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            byte[] chunk = new byte[1 << 16];
            while (in.read(chunk) >= 0) {
                // The stream hashes what passes.
            }
            return HexFormat.of()
                    .formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
