package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;

/// What the parts of [AttentionBackendContract] share: the backend under test.
public interface BackendContract {
    /// The backend under test.
    AttentionBackend backend();

    /// The backend, if it can run here; else the test is skipped, or fails under `HEED_REQUIRE`.
    default AttentionBackend available() {
        AttentionBackend backend = backend();
        Requirements.available(backend.name(), backend.availability());
        return backend;
    }

    /// The backend, if it also computes `spec`; else the test is skipped with the obstacles as its reason.
    default AttentionBackend computing(AttentionSpec spec) {
        AttentionBackend backend = available();
        Requirements.supported(backend, spec);
        return backend;
    }
}
