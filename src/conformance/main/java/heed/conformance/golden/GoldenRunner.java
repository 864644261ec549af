package heed.conformance.golden;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.Availability.Unavailable;
import heed.attention.BackendUnavailableException;
import heed.attention.Support;
import heed.attention.Support.Supported;
import heed.attention.UnsupportedSpecException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/// Runs golden cases. It reads, asks the library and compares; whatever a case wants computed, the library
/// computes.
///
/// Never throws for what a file holds or a backend does: both are outcomes.
public final class GoldenRunner {
    private GoldenRunner() {}

    /// Reads and runs the case in `directory`; one that cannot be read has failed.
    public static Outcome run(AttentionBackend backend, Path directory) {
        try {
            return run(backend, GoldenCase.read(directory));
        } catch (IllegalArgumentException malformed) {
            return Outcome.Failed.before(oneLine(malformed));
        }
    }

    /// Runs `golden`. A difference in an informative case is reported as unsupported, since nobody answers for
    /// it.
    public static Outcome run(AttentionBackend backend, GoldenCase golden) {
        Outcome outcome = attempt(backend, golden);
        return golden.isInformative() && outcome instanceof Outcome.Failed failed
                ? new Outcome.Unsupported("level=informative (allowed: required), " + failed.what())
                : outcome;
    }

    private static Outcome attempt(AttentionBackend backend, GoldenCase golden) {
        if (backend.availability() instanceof Unavailable(var reason, var hint)) {
            return new Outcome.Unsupported(backend.name() + " is unavailable: " + reason + "; " + hint);
        }
        // Shared, so that a backend's workers may read the mapped files.
        try (Arena arena = Arena.ofShared()) {
            if (golden.op().equals("rotary_embedding")) {
                return new RotaryRun(golden, arena).judge();
            }
            try (CaseKeys keys = CaseKeys.of(golden, arena)) {
                return attention(backend, golden, keys, arena);
            }
        } catch (UnsupportedSpecException | BackendUnavailableException refusal) {
            return Outcome.Failed.before("it said yes and then refused: " + oneLine(refusal));
        } catch (IOException unreadable) {
            return Outcome.Failed.before(oneLine(unreadable));
        } catch (CaseFormatException malformed) {
            return Outcome.Failed.before(oneLine(malformed));
        } catch (RuntimeException thrown) {
            return Outcome.Failed.before(golden.name() + ": " + oneLine(thrown));
        }
    }

    private static Outcome attention(AttentionBackend backend, GoldenCase golden, CaseKeys keys, Arena arena)
            throws IOException {
        List<AttentionSpec> specs = new CaseSpec(golden, keys).specs();
        for (AttentionSpec spec : specs) {
            if (support(backend, golden, spec) instanceof Supported) {
                return new CaseRun(golden, spec, keys, arena).on(backend);
            }
        }
        return new Outcome.Unsupported(
                support(backend, golden, specs.getFirst()).toString());
    }

    private static Support support(AttentionBackend backend, GoldenCase golden, AttentionSpec spec) {
        Support forward = backend.support(spec);
        return forward instanceof Supported && golden.hasGradients() ? backend.gradientSupport(spec) : forward;
    }

    private static String oneLine(Exception failure) {
        String message = failure.getMessage();
        String text = message == null ? failure.toString() : message;
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
