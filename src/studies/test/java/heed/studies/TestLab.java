package heed.studies;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.studies.claim.Lab;
import heed.studies.claim.Progress;
import java.nio.file.Path;

/// A lab for tests of a study's parts: quick, on the thread that asks.
public final class TestLab {
    private TestLab() {}

    /// One that keeps nothing.
    public static Lab quick() {
        return new Lab(Attention.load(), Gemm.load().backend("vector"), true, 1, Path.of("target"), Progress.NONE);
    }
}
