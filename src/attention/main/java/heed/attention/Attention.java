package heed.attention;

import static heed.attention.Checks.require;

import heed.attention.Availability.Unavailable;
import heed.attention.Support.Supported;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// The door: chooses a backend for a spec, says why, and plans with it.
///
/// What decides, first to last: [PlanOptions#backend], a [#withBackend] scope, [#use] of this session, the system
/// property `heed.backend`, the environment variable `HEED_BACKEND`, rank among those that are available and
/// support the spec. A backend that is named and cannot do it is an error, never a silent change.
///
/// ```java
/// Attention attention = Attention.load();
/// try (AttentionPlan plan = attention.plan(spec, new AttentionSizes(1, 2048, 2048))) {
///     plan.run(new AttentionArguments().query(q).key(k).value(v).output(o));
/// }
/// ```
public final class Attention {
    private static final System.Logger LOG = System.getLogger(Attention.class.getName());
    private static final ScopedValue<String> SCOPE = ScopedValue.newInstance();

    private final List<AttentionBackend> backends;
    private volatile Optional<String> session = Optional.empty();

    private Attention(List<AttentionBackend> backends) {
        this.backends = backends;
    }

    /// A session over every backend that `ServiceLoader` finds, on the class path or the module path.
    ///
    /// Each session logs those that are unavailable with their reasons, as warnings, or for debugging if they
    /// need a device ([AttentionBackend#needsDevice]).
    public static Attention load() {
        List<AttentionBackend> absent = new ArrayList<>();
        List<AttentionBackend> found = Services.load(
                ServiceLoader.load(AttentionBackend.class),
                reason -> absent.add(new AbsentBackend(
                        "unknown", new Unavailable(reason, "repair or remove the jar that declares this service"))));
        found.addAll(absent);
        return of(found);
    }

    /// A session over the given backends.
    public static Attention of(List<AttentionBackend> backends) {
        List<AttentionBackend> ordered = backends.stream()
                .sorted(Comparator.comparingInt(AttentionBackend::rank).reversed())
                .toList();
        for (AttentionBackend backend : ordered) {
            if (backend.availability() instanceof Unavailable(var reason, var hint)) {
                Level level = backend.needsDevice() ? Level.DEBUG : Level.WARNING;
                LOG.log(level, "{0} is unavailable: {1}; {2}", backend.name(), reason, hint);
            }
        }
        return new Attention(ordered);
    }

    /// Every backend, the preferred first.
    public List<AttentionBackend> backends() {
        return backends;
    }

    /// The backend called `name`.
    ///
    /// @throws BackendUnavailableException if there is none; the message lists those there are
    public AttentionBackend backend(String name) {
        return backends.stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BackendUnavailableException("no backend is called " + name + ": backends="
                        + backends.stream().map(AttentionBackend::name).collect(Collectors.joining(", "))));
    }

    /// Makes `name` this session's backend from now on; plans that exist keep theirs.
    public Attention use(String name) {
        backend(name);
        session = Optional.of(name);
        return this;
    }

    /// Runs `task` with `name` as the backend of every plan made in it by this thread, whatever the session says.
    public static <R, X extends Throwable> R withBackend(String name, ScopedValue.CallableOp<R, X> task) throws X {
        return ScopedValue.where(SCOPE, name).call(task);
    }

    /// Plans with the options' defaults.
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes) {
        return plan(spec, sizes, PlanOptions.DEFAULT);
    }

    /// Plans with the backend that [#explain] names.
    ///
    /// @throws BackendUnavailableException if a backend was named that cannot run here
    /// @throws UnsupportedSpecException if a backend was named that does not compute the spec, or none does
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        AttentionPlan plan = choose(spec, options).plan(spec, sizes, options);
        Events.plan(plan);
        return plan;
    }

    /// Plans the gradient of `spec` with the first backend that computes it, a named one or else the one of
    /// highest rank.
    ///
    /// @throws BackendUnavailableException if a backend was named that cannot run here
    /// @throws UnsupportedSpecException if a backend was named that does not differentiate the spec, or none does
    public GradientPlan planGradient(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        GradientPlan plan = differentiating(spec, options).planGradient(spec, sizes, options);
        Events.plan(plan);
        return plan;
    }

    private AttentionBackend differentiating(AttentionSpec spec, PlanOptions options) {
        if (named(options).isPresent()) {
            return choose(spec, options);
        }
        return backends.stream()
                .filter(backend -> backend.availability() instanceof Availability.Available)
                .filter(backend -> backend.gradientSupport(spec) instanceof Supported)
                .findFirst()
                .orElseThrow(() -> new UnsupportedSpecException("no backend computes the gradient of the spec: spec="
                        + spec
                        + backends.stream()
                                .map(backend -> "; " + backend.name() + ": " + backend.gradientSupport(spec))
                                .collect(Collectors.joining())));
    }

    /// Runs `plan` again and again for `time`, so that the compiler has done its work before the run that counts.
    ///
    /// @param arguments of a typical run; their output is overwritten
    /// @return how often it ran
    public static int warmUp(AttentionPlan plan, AttentionArguments arguments, Duration time) {
        require(!arguments.accumulate, "warming up runs often, so its arguments must not accumulate into a partial");
        long start = System.nanoTime();
        int runs = 0;
        do {
            plan.run(arguments);
            runs++;
        } while (System.nanoTime() - start < time.toNanos());
        return runs;
    }

    /// Computes one batch: plans for just its sizes, runs and closes. For more than one batch, keep a plan.
    public void run(AttentionSpec spec, AttentionArguments arguments) {
        Tensor query = Door.given("query", arguments.query);
        Tensor key = Door.given("key", arguments.key);
        require(query.rank() == 4, "query must be [batch, queryHeads, queryLen, headDim]: query=%s", query);
        require(key.rank() == 4, "key must be [batch, kvHeads, kvLen, headDim]: key=%s", key);
        SequenceLengths lengths = arguments.lengths;
        int batch = lengths == null ? query.size(0) : lengths.batch();
        try (AttentionPlan plan = plan(spec, new AttentionSizes(batch, query.size(2), key.size(2)))) {
            plan.run(arguments);
        }
    }

    /// Which backend [#plan] would take, why, and why not the others.
    public Explanation explain(AttentionSpec spec, PlanOptions options) {
        Optional<Named> named = named(options);
        Optional<AttentionBackend> best = named.isPresent()
                ? backends.stream()
                        .filter(backend -> backend.name().equals(named.get().name))
                        .filter(backend -> obstacle(backend, spec).isEmpty())
                        .findFirst()
                : backends.stream()
                        .filter(backend -> obstacle(backend, spec).isEmpty())
                        .findFirst();
        String why = named.map(n -> n.name + " was named by " + n.by
                        + (backends.stream().noneMatch(b -> b.name().equals(n.name))
                                ? ", and no backend is called so"
                                : ""))
                .orElse(
                        best.isPresent()
                                ? "highest rank of those that can"
                                : backends.isEmpty() ? "none was found: put one on the path" : "no backend can");
        List<Explanation.Candidate> candidates = new ArrayList<>();
        for (AttentionBackend backend : backends) {
            String verdict = best.filter(backend::equals).isPresent()
                    ? "chosen"
                    : obstacle(backend, spec).orElse(named.isPresent() ? "not the one named" : "lower rank");
            candidates.add(new Explanation.Candidate(backend.name(), verdict));
        }
        return new Explanation(best.map(AttentionBackend::name), why, candidates);
    }

    private AttentionBackend choose(AttentionSpec spec, PlanOptions options) {
        Optional<Named> named = named(options);
        if (named.isPresent()) {
            AttentionBackend backend = backend(named.get().name);
            if (backend.availability() instanceof Unavailable why) {
                throw new BackendUnavailableException(backend.name(), why);
            }
            if (!(backend.support(spec) instanceof Supported)) {
                throw new UnsupportedSpecException(backend.name(), backend.support(spec));
            }
            return backend;
        }
        return backends.stream()
                .filter(backend -> passes(backend, spec))
                .findFirst()
                .orElseThrow(() -> new UnsupportedSpecException(
                        explain(spec, options).toString().replace("\n ", ";")));
    }

    /// Whether `backend` can; if not, a recording tells that it was passed over.
    private static boolean passes(AttentionBackend backend, AttentionSpec spec) {
        Optional<String> obstacle = obstacle(backend, spec);
        obstacle.ifPresent(reason -> Events.fallback(backend.name(), reason));
        return obstacle.isEmpty();
    }

    private record Named(String name, String by) {}

    private Optional<Named> named(PlanOptions options) {
        return options.backend()
                .map(name -> new Named(name, "the plan's options"))
                .or(() -> SCOPE.isBound() ? Optional.of(new Named(SCOPE.get(), "the scope")) : Optional.empty())
                .or(() -> session.map(name -> new Named(name, "the session")))
                .or(() -> text(System.getProperty("heed.backend"), "system property heed.backend"))
                .or(() -> text(System.getenv("HEED_BACKEND"), "environment variable HEED_BACKEND"));
    }

    private static Optional<Named> text(@org.jspecify.annotations.Nullable String name, String by) {
        return Optional.ofNullable(name).filter(n -> !n.isBlank()).map(n -> new Named(n.strip(), by));
    }

    private static Optional<String> obstacle(AttentionBackend backend, AttentionSpec spec) {
        return switch (backend.availability()) {
            case Unavailable(var reason, var hint) -> Optional.of("unavailable, " + reason + "; " + hint);
            case Availability.Available _ ->
                switch (backend.support(spec)) {
                    case Supported _ -> Optional.empty();
                    case Support.Unsupported unsupported -> Optional.of("unsupported, " + unsupported);
                };
        };
    }
}
