package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.Support;
import org.junit.jupiter.api.Assumptions;

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

    /// The backend, if it also differentiates `spec`; else the test is skipped with the obstacles as its reason.
    default AttentionBackend differentiating(AttentionSpec spec) {
        AttentionBackend backend = computing(spec);
        if (backend.gradientSupport(spec) instanceof Support.Unsupported unsupported) {
            Assumptions.abort(unsupported.toString());
        }
        return backend;
    }
}
