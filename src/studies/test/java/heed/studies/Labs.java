package heed.studies;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.studies.claim.Lab;
import heed.studies.claim.Progress;
import java.nio.file.Path;

/// Labs for tests, quick ones.
public final class Labs {
    private Labs() {}

    /// One thread, for parts that keep nothing.
    public static Lab quick() {
        return keeping(Path.of("target", "kept"), 1, Progress.NONE);
    }

    /// For parts that keep something in `folder`.
    public static Lab keeping(Path folder, int threads, Progress progress) {
        return new Lab(Attention.load(), Gemm.load().backend("vector"), true, threads, folder, progress);
    }
}
