package heed.attention;

import java.nio.file.Path;

/// A backend over a native library that can be exchanged for another while plans run; [Attention#replace] does it.
///
/// Between [#replacedBy] and [#retire] both backends are in use. Whoever has looked up the old one may still
/// ask it for plans, and gets the successor's, so that an exchange makes no call fail.
public interface ReplaceableBackend extends AttentionBackend {
    /// Opens `library`, tests it, and makes a backend that computes with it. This one goes on as it was.
    ///
    /// @throws BackendUnavailableException if the library does not open, is none of this kind or computes wrongly
    ReplaceableBackend replacedBy(Path library);

    /// Leaves new plans to `successor`, and closes the library when the last plan on it is closed.
    void retire(AttentionBackend successor);
}
