package heed.blas.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The text of `attention.cu`, which lies beside this class.
final class KernelSource {
    private KernelSource() {}

    static String read() {
        try (InputStream in = Objects.requireNonNull(KernelSource.class.getResourceAsStream("attention.cu"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("attention.cu must be readable", e);
        }
    }
}
