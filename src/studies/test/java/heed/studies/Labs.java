package heed.studies;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.studies.claim.Lab;
import heed.studies.claim.Progress;
import java.nio.file.Path;

/// Labs for tests of the parts of studies.
public final class Labs {
    private Labs() {}

    /// A quick one on one thread; what it keeps, it keeps in no place that is meant to be written.
    public static Lab quick() {
        return new Lab(
                Attention.load(), Gemm.load().backend("vector"), true, 1, Path.of("target", "kept"), Progress.NONE);
    }
}
