package heed.attention;

import java.util.List;

/// A jar that brings as many backends as it finds libraries, found by `ServiceLoader` beside [AttentionBackend] and
/// [GemmBackend], which bring one each.
///
/// Backends for several versions of one library are called `name@version`; see [Attention#backend].
public interface BackendSource {
    /// Its attention backends, those that cannot run here among them; the preferred of one name first. Never throws.
    List<AttentionBackend> attention();

    /// Its GEMM backends, called as the attention backends are that use the same library.
    List<GemmBackend> gemm();
}
