package heed.attention;

import heed.attention.Availability.Unavailable;
import heed.attention.Support.Supported;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Which backend computes a spec, why, and why not the others: the one that is named, or else the one that was
/// measured to be the fastest, or else the first that can.
///
/// @param backends every backend, the preferred first
/// @param named the one that must do it
/// @param costs what was measured
/// @param quarantine those that may not
record Choice(List<AttentionBackend> backends, Optional<Named> named, Costs costs, Quarantine quarantine) {
    /// @param by who named it
    record Named(String name, String by) {}

    /// This choice with other costs.
    Choice with(Costs known) {
        return new Choice(backends, named, known, quarantine);
    }

    /// The backend that computes `spec`.
    ///
    /// @throws BackendUnavailableException if a backend is named that cannot run here
    /// @throws BackendQuarantinedException if one is named that is quarantined
    /// @throws UnsupportedSpecException if a backend is named that does not compute the spec, or none does
    AttentionBackend of(AttentionSpec spec) {
        if (named.isPresent()) {
            return able(named.get(), spec);
        }
        return fastest(spec)
                .or(() -> backends.stream()
                        .filter(backend -> passes(backend, spec))
                        .findFirst())
                .orElseThrow(() ->
                        new UnsupportedSpecException(explain(spec).toString().replace("\n ", ";")));
    }

    /// The one that was measured to be the fastest; without measurements, nobody is asked.
    private Optional<AttentionBackend> fastest(AttentionSpec spec) {
        return costs.measured().isEmpty() ? Optional.empty() : costs.fastest(spec, candidates(spec));
    }

    /// Every backend that can, the preferred first.
    List<AttentionBackend> candidates(AttentionSpec spec) {
        return backends.stream()
                .filter(backend -> obstacle(backend, spec).isEmpty())
                .toList();
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
        List<AttentionBackend> able = candidates(spec);
        boolean timed = named.isEmpty() && costs.fastest(spec, able).isPresent();
        Optional<AttentionBackend> best = named.isPresent()
                ? found(named.get()).filter(able::contains)
                : costs.fastest(spec, able)
                        .or(() -> able.stream()
                                .filter(backend -> !costs.failed(backend))
                                .findFirst());
        List<Explanation.Candidate> candidates = new ArrayList<>();
        for (AttentionBackend backend : backends) {
            String verdict = best.filter(backend::equals).isPresent()
                    ? "chosen"
                    : obstacle(backend, spec).orElseGet(() -> other(backend));
            candidates.add(new Explanation.Candidate(backend.name(), verdict));
        }
        String why = timed ? costs.why(able) : why(best.isPresent());
        return new Explanation(best.map(AttentionBackend::name), why, candidates);
    }

    /// Why one that can is not the one.
    private String other(AttentionBackend backend) {
        return named.isPresent() ? "not the one named" : costs.verdict(backend).orElse("lower rank");
    }

    private String why(boolean any) {
        if (named.isPresent()) {
            String by = named.get().name + " was named by " + named.get().by;
            return found(named.get()).isPresent() ? by : by + ", and no backend is called so";
        }
        if (any) {
            return "highest rank of those that can"
                    + costs.barred().map(reason -> "; " + reason).orElse("");
        }
        return backends.isEmpty() ? "none was found: put one on the path" : "no backend can";
    }

    /// Whether `backend` can; if not, a recording tells that it was passed over.
    private boolean passes(AttentionBackend backend, AttentionSpec spec) {
        Optional<String> obstacle =
                obstacle(backend, spec).or(() -> costs.failed(backend) ? costs.verdict(backend) : Optional.empty());
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
