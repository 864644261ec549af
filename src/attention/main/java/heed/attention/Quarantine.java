package heed.attention;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The backends that a session uses no more, each with the reason; one belongs to each [Attention].
///
/// The map is replaced, never changed: runs read it once each, and it is empty but after a wrong row.
final class Quarantine {
    private volatile Map<String, String> reasons = Map.of();

    /// Shuts out the backend called `name`; whether it was not yet.
    synchronized boolean add(String name, String reason) {
        Map<String, String> more = new TreeMap<>(reasons);
        boolean first = more.putIfAbsent(name, reason) == null;
        reasons = Map.copyOf(more);
        return first;
    }

    /// Lets in those that `asked` means; whether there was one.
    synchronized boolean lift(String asked) {
        Map<String, String> fewer = new TreeMap<>(reasons);
        boolean any = fewer.keySet().removeIf(name -> BackendNames.isMeant(name, asked));
        reasons = Map.copyOf(fewer);
        return any;
    }

    /// Who is shut out, and why.
    Map<String, String> reasons() {
        return reasons;
    }

    /// Why `backend` is not to be used, and what to do; empty if it may be.
    Optional<String> obstacle(String backend) {
        return Optional.ofNullable(reasons.get(backend)).map(reason -> verdict(backend, reason));
    }

    /// Lets `backend` pass unless it is shut out.
    ///
    /// @throws BackendQuarantinedException if it is
    void refuse(String backend) {
        Map<String, String> now = reasons;
        if (!now.isEmpty() && now.containsKey(backend)) {
            var refusal = new BackendQuarantinedException(backend, now.get(backend));
            Events.refusal(backend, refusal);
            throw refusal;
        }
    }

    static String verdict(String backend, String reason) {
        return "quarantined by a self-check, " + reason + "; call Attention.enable(\"" + backend
                + "\") to use it again";
    }
}
