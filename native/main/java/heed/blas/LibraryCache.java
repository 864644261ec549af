package heed.blas;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Private copies of native libraries, in a directory of this user, one subdirectory per content.
///
/// A library is never opened where someone else keeps it: writing over a file that is mapped crashes
/// the process that mapped it. Copies are written beside their place and renamed into it, whole or not
/// at all, so any number of processes may fill one cache at once; a file that no longer has its hash is
/// replaced by a new one, never written to.
public final class LibraryCache {
    private final Path root;

    /// @param root the directory of the copies; made when first needed
    public LibraryCache(Path root) {
        this.root = root.toAbsolutePath();
    }

    /// The cache of this user: `heed.cache` if set, else where the system keeps caches.
    public static LibraryCache ofUser() {
        return new LibraryCache(CacheDirectory.of(Settings.ofProcess(), Platform.current()));
    }

    /// The directory of the copies.
    public Path root() {
        return root;
    }

    /// A file with this content at `root/key/name`, written now unless it is there already.
    ///
    /// @param key    what the subdirectory is named after: a hash of all that shall lie in it
    /// @param sha256 the content's hash, 64 lower-case hexadecimal digits
    /// @param source the content; opened only if the file has to be written
    /// @throws IOException if the cache cannot be written, or if the source has another hash
    public Path keep(String key, String name, String sha256, Source source) throws IOException {
        Path directory = Files.createDirectories(root.resolve(key));
        Path kept = directory.resolve(name);
        if (!holds(kept, sha256)) {
            write(directory, kept, sha256, source);
        }
        return kept;
    }

    private static boolean holds(Path file, String sha256) throws IOException {
        try {
            return Sha256.of(file).equals(sha256);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void write(Path directory, Path kept, String sha256, Source source) throws IOException {
        // Made with access for this user alone.
        Path part = Files.createTempFile(directory, kept.getFileName() + ".", ".part");
        try {
            try (InputStream in = source.open();
                    OutputStream out = Files.newOutputStream(part)) {
                String written = Sha256.copy(in, out);
                if (!written.equals(sha256)) {
                    throw new IOException("library must keep its content while it is copied: name=" + kept.getFileName()
                            + ", sha256=" + written + ", expected=" + sha256);
                }
            }
            put(part, kept, sha256);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void put(Path part, Path kept, String sha256) throws IOException {
        try {
            Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // Windows refuses to replace a library that another process has opened meanwhile: then it is the same one.
            if (!holds(kept, sha256)) {
                throw e;
            }
        }
    }

    /// Where a library's bytes come from.
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }
}
