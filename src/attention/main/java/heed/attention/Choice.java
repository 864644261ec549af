package heed.attention;

import heed.attention.Availability.Unavailable;
import heed.attention.Support.Supported;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Which backend computes a spec, why, and why not the others: the one that is named, or else the first that can.
///
/// @param backends every backend, the preferred first
/// @param named the one that must do it
/// @param quarantine those that may not
record Choice(List<AttentionBackend> backends, Optional<Named> named, Quarantine quarantine) {
    /// @param by who named it
    record Named(String name, String by) {}

    /// The backend that computes `spec`.
    ///
    /// @throws BackendUnavailableException if a backend is named that cannot run here
    /// @throws BackendQuarantinedException if one is named that is quarantined
    /// @throws UnsupportedSpecException if a backend is named that does not compute the spec, or none does
    AttentionBackend of(AttentionSpec spec) {
        if (named.isPresent()) {
            return able(named.get(), spec);
        }
        return backends.stream()
                .filter(backend -> passes(backend, spec))
                .findFirst()
                .orElseThrow(() ->
                        new UnsupportedSpecException(explain(spec).toString().replace("\n ", ";")));
    }

    /// The backend that computes the gradient of `spec`.
    ///
    /// @throws BackendUnavailableException if a backend is named that cannot run here
    /// @throws BackendQuarantinedException if one is named that is quarantined
    /// @throws UnsupportedSpecException if a backend is named that does not differentiate the spec, or none does
    AttentionBackend differentiating(AttentionSpec spec) {
        if (named.isPresent()) {
            return able(named.get(), spec);
        }
        return backends.stream()
                .filter(backend -> backend.availability() instanceof Availability.Available)
                .filter(backend -> quarantine.obstacle(backend.name()).isEmpty())
                .filter(backend -> backend.gradientSupport(spec) instanceof Supported)
                .findFirst()
                .orElseThrow(() -> new UnsupportedSpecException("no backend computes the gradient of the spec: spec="
                        + spec
                        + backends.stream()
                                .map(backend -> "; " + backend.name() + ": " + backend.gradientSupport(spec))
                                .collect(Collectors.joining())));
    }

    private AttentionBackend able(Named given, AttentionSpec spec) {
        AttentionBackend backend = found(given)
                .orElseThrow(() -> new BackendUnavailableException("no backend is called " + given.name + ": backends="
                        + backends.stream().map(AttentionBackend::name).collect(Collectors.joining(", "))));
        if (backend.availability() instanceof Unavailable why) {
            throw new BackendUnavailableException(backend.name(), why);
        }
        quarantine.refuse(backend.name());
        if (!(backend.support(spec) instanceof Supported)) {
            throw new UnsupportedSpecException(backend.name(), backend.support(spec));
        }
        return backend;
    }

    private Optional<AttentionBackend> found(Named given) {
        return BackendNames.find(backends, AttentionBackend::name, AttentionBackend::availability, given.name);
    }

    /// Which backend [#of] would take, why, and why not the others.
    Explanation explain(AttentionSpec spec) {
        Optional<AttentionBackend> best = named.isPresent()
                ? found(named.get()).filter(backend -> obstacle(backend, spec).isEmpty())
                : backends.stream()
                        .filter(backend -> obstacle(backend, spec).isEmpty())
                        .findFirst();
        List<Explanation.Candidate> candidates = new ArrayList<>();
        for (AttentionBackend backend : backends) {
            String verdict = best.filter(backend::equals).isPresent()
                    ? "chosen"
                    : obstacle(backend, spec).orElse(named.isPresent() ? "not the one named" : "lower rank");
            candidates.add(new Explanation.Candidate(backend.name(), verdict));
        }
        return new Explanation(best.map(AttentionBackend::name), why(best.isPresent()), candidates);
    }

    private String why(boolean any) {
        if (named.isPresent()) {
            String by = named.get().name + " was named by " + named.get().by;
            return found(named.get()).isPresent() ? by : by + ", and no backend is called so";
        }
        if (any) {
            return "highest rank of those that can";
        }
        return backends.isEmpty() ? "none was found: put one on the path" : "no backend can";
    }

    /// Whether `backend` can; if not, a recording tells that it was passed over.
    private boolean passes(AttentionBackend backend, AttentionSpec spec) {
        Optional<String> obstacle = obstacle(backend, spec);
        obstacle.ifPresent(reason -> Events.fallback(backend.name(), reason));
        return obstacle.isEmpty();
    }

    private Optional<String> obstacle(AttentionBackend backend, AttentionSpec spec) {
        return switch (backend.availability()) {
            case Unavailable(var reason, var hint) -> Optional.of("unavailable, " + reason + "; " + hint);
            case Availability.Available _ ->
                switch (backend.support(spec)) {
                    case Supported _ -> quarantine.obstacle(backend.name());
                    case Support.Unsupported unsupported -> Optional.of("unsupported, " + unsupported);
                };
        };
    }
}
