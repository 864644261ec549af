package heed.blas.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// Compiled kernels, kept below the user's cache under a hash of all that they depend on: source, NVRTC,
/// architecture.
///
/// A file begins with the hash of its rest; one that does not match, cut short or edited, is compiled anew. As
/// with libraries, a file is written beside its place and renamed into it, so any number of processes may fill
/// one cache. A cache that cannot be written costs a second or so in each process, and a warning.
final class PtxCache {
    private static final System.Logger LOG = System.getLogger(PtxCache.class.getName());
    private static final String NAME = "attention.ptx";
    private static final String HEAD = "// sha256 ";
    private static final int HEAD_BYTES = HEAD.length() + 64 + 1;

    private final Path root;

    PtxCache(Path root) {
        this.root = root;
    }

    /// The PTX of `source` for the newest architecture that NVRTC knows and a device of `architecture` runs.
    byte[] ptx(String source, Nvrtc nvrtc, int architecture) {
        int target = Arrays.stream(nvrtc.architectures())
                .filter(known -> known <= architecture)
                .max()
                .orElse(architecture);
        String key = sha256((nvrtc.version() + "\n" + target + "\n" + source).getBytes(StandardCharsets.UTF_8));
        Path directory = root.resolve("cuda-" + key);
        return kept(directory.resolve(NAME)).orElseGet(() -> {
            byte[] ptx = nvrtc.compile(source, target);
            keep(directory, ptx);
            return ptx;
        });
    }

    private static Optional<byte[]> kept(Path file) {
        try {
            byte[] all = Files.readAllBytes(file);
            if (all.length > HEAD_BYTES) {
                byte[] ptx = Arrays.copyOfRange(all, HEAD_BYTES, all.length);
                if (Arrays.equals(head(ptx), Arrays.copyOf(all, HEAD_BYTES))) {
                    return Optional.of(ptx);
                }
            }
            LOG.log(System.Logger.Level.WARNING, "{0} is damaged and compiled anew", file);
        } catch (NoSuchFileException _) {
            // The first time.
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "kernels must be readable to be used again: {0}", e.toString());
        }
        return Optional.empty();
    }

    private static void keep(Path directory, byte[] ptx) {
        try {
            Files.createDirectories(directory);
            Path part = Files.createTempFile(directory, NAME + ".", ".part");
            try {
                byte[] all = Arrays.copyOf(head(ptx), HEAD_BYTES + ptx.length);
                System.arraycopy(ptx, 0, all, HEAD_BYTES, ptx.length);
                Files.write(part, all);
                Files.move(
                        part,
                        directory.resolve(NAME),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "kernels must be written to be used again, set heed.cache to a directory that can be: {0}",
                    e.toString());
        }
    }

    /// A comment to the driver.
    private static byte[] head(byte[] ptx) {
        return (HEAD + sha256(ptx) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
