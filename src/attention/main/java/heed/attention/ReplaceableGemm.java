package heed.attention;

import java.nio.file.Path;

/// What [ReplaceableBackend] is among attention backends, among those of matrix products; [Gemm#replace] exchanges its
/// library.
public interface ReplaceableGemm extends GemmBackend {
    /// Opens `library`, tests it, and makes a backend that computes with it. This one goes on as it was.
    ///
    /// @throws BackendUnavailableException if the library does not open, is none of this kind or computes wrongly
    ReplaceableGemm replacedBy(Path library);

    /// Leaves new plans to `successor`, and closes the library when the last plan on it is closed.
    void retire(GemmBackend successor);
}
