package heed.attention;

import static heed.attention.Checks.require;

import heed.attention.Availability.Unavailable;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The door: chooses a backend for a spec, says why, and plans with it.
///
/// What decides, first to last: [PlanOptions#backend], a [#withBackend] scope, [#use] of this session, the
/// system property `heed.backend`, the environment variable `HEED_BACKEND`, what was measured to be the fastest
/// ([#tuned]), rank among those that are available and support the spec. A backend that is named and cannot do
/// it is an error, never a silent change.
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

    private final Object replacing = new Object();
    private final SelfChecks checks = new SelfChecks();
    private volatile State state;
    private volatile Optional<Tuning> tuning = Optional.empty();

    /// What a session is made of, exchanged as a whole so that nobody sees a name without its backend.
    ///
    /// @param backends every backend, the preferred first
    /// @param chosen the name that [#use] was given last
    private record State(List<AttentionBackend> backends, Optional<String> chosen) {
        Optional<AttentionBackend> find(String name) {
            return BackendNames.find(backends, AttentionBackend::name, AttentionBackend::availability, name);
        }
    }

    private Attention(List<AttentionBackend> backends) {
        state = new State(backends, Optional.empty());
    }

    /// A session over every backend that `ServiceLoader` finds, on the class path or the module path.
    ///
    /// Each session logs those that are unavailable with their reasons, as warnings, or for debugging if they
    /// need a device ([AttentionBackend#needsDevice]).
    public static Attention load() {
        List<AttentionBackend> found = new ArrayList<>();
        List<AttentionBackend> absent = new ArrayList<>();
        Consumer<String> failed = reason -> absent.add(new AbsentBackend(
                "unknown", new Unavailable(reason, "repair or remove the jar that declares this service")));
        found.addAll(Services.load(ServiceLoader.load(AttentionBackend.class), failed));
        for (BackendSource source : Services.load(ServiceLoader.load(BackendSource.class), failed)) {
            found.addAll(source.attention());
        }
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
        return state.backends;
    }

    /// The backend called `name`; of a name without `@version`, the first of that name that can run here.
    ///
    /// @throws BackendUnavailableException if there is none; the message lists those there are
    public AttentionBackend backend(String name) {
        State now = state;
        return now.find(name)
                .orElseThrow(() -> new BackendUnavailableException("no backend is called " + name + ": backends="
                        + now.backends.stream().map(AttentionBackend::name).collect(Collectors.joining(", "))));
    }

    /// Makes `name` this session's backend from now on; plans that exist keep theirs.
    public synchronized Attention use(String name) {
        backend(name);
        state = new State(state.backends, Optional.of(name));
        return this;
    }

    /// Chooses by measurement from now on, where no backend is named and the spec is not
    /// [Determinism#BITWISE]; see [Tuning].
    public Attention tuned(Tuning costs) {
        tuning = Optional.of(costs);
        return this;
    }

    /// Replaces the library that backend `name` computes with by the file `library`: opens and tests it, makes plans
    /// with it from then on, and closes the old one when the last plan on it is closed.
    ///
    /// Plans that exist, and runs under way, finish on the old library. The backend keeps its place and is called
    /// by the new library's version; a session whose choice it was goes on with it. A quarantine was the old
    /// library's: it is lifted, but for plans that are open on that one. For the dense layers beside
    /// attention, see [Gemm#replace].
    ///
    /// @return the backend with the new library
    /// @throws BackendUnavailableException if there is no such backend, or the library is not fit; everything is as
    ///         it was then
    /// @throws IllegalArgumentException if the backend has no library
    public AttentionBackend replace(String name, Path library) {
        synchronized (replacing) {
            AttentionBackend old = backend(name);
            if (!(old instanceof ReplaceableBackend replaceable)) {
                throw Replacement.hasNone(
                        name,
                        backends().stream()
                                .filter(backend -> backend instanceof ReplaceableBackend)
                                .map(AttentionBackend::name)
                                .toList());
            }
            return Replacement.of(old, library, backends(), AttentionBackend::name)
                    .run(new Replacement.Steps<ReplaceableBackend>(
                            AttentionBackend::name,
                            () -> replaceable.replacedBy(library),
                            successor -> publish(replaceable, successor),
                            successor -> successor.retire(old)));
        }
    }

    private synchronized void publish(ReplaceableBackend old, AttentionBackend successor) {
        Optional<String> chosen = state.chosen.map(name ->
                state.find(name).filter(old::equals).isEmpty() || successor.isCalled(name) ? name : successor.name());
        state = new State(Replacement.in(state.backends, old, successor), chosen);
        old.retire(successor);
        checks.exchanged(old.name(), successor.name());
    }

    /// Runs `task` with `name` as the backend of every plan made in it by this thread, whatever the session says.
    public static <R, X extends Throwable> R withBackend(String name, ScopedValue.CallableOp<R, X> task) throws X {
        return ScopedValue.where(SCOPE, name).call(task);
    }

    /// Checks the runs of plans made from now on by `check`, unless their options have another.
    public Attention selfCheck(SelfCheck check) {
        checks.use(check);
        return this;
    }

    /// The backends that a self-check has quarantined, each with the row that was wrong.
    public Map<String, String> quarantined() {
        return checks.quarantine().reasons();
    }

    /// Uses the quarantined backends that `name` means again, plans opened before included.
    public Attention enable(String name) {
        if (!checks.enable(name)) {
            backend(name); // a name that nothing has is a mistake
        }
        return this;
    }

    /// Plans with the options' defaults.
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes) {
        return plan(spec, sizes, PlanOptions.DEFAULT);
    }

    /// Plans with the backend that [#explain] names.
    ///
    /// @throws BackendUnavailableException if a backend was named that cannot run here
    /// @throws BackendQuarantinedException if one was named that a [SelfCheck] has quarantined
    /// @throws UnsupportedSpecException if a backend was named that does not compute the spec, or none does
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        AttentionBackend backend =
                measured(choice(options), spec, sizes, options).of(spec);
        AttentionPlan plan = checks.plan(backend, spec, sizes, options);
        Events.plan(plan);
        return plan;
    }

    /// Plans the gradient of `spec` with the first backend that computes it, a named one or else the one of
    /// highest rank.
    ///
    /// @throws BackendUnavailableException if a backend was named that cannot run here
    /// @throws BackendQuarantinedException if one was named that a [SelfCheck] has quarantined
    /// @throws UnsupportedSpecException if a backend was named that does not differentiate the spec, or none does
    public GradientPlan planGradient(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        GradientPlan plan = checks.guarded(choice(options).differentiating(spec).planGradient(spec, sizes, options));
        Events.plan(plan);
        return plan;
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

    /// Which backend [#plan] would take for sizes of which no costs are known, why, and why not the others.
    public Explanation explain(AttentionSpec spec, PlanOptions options) {
        return choice(options).explain(spec);
    }

    /// Which backend [#plan] would take, why, and why not the others, by what is known: nothing is measured.
    public Explanation explain(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        return choice(options)
                .with(tuning.map(known -> known.known(spec, sizes, options)).orElse(Costs.NONE))
                .explain(spec);
    }

    /// What [#plan] would take if no backend were named, once what [#tuned] may measure for it has been measured.
    public Explanation measure(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        Choice free = new Choice(state.backends, Optional.empty(), Costs.NONE, checks.quarantine());
        return measured(free, spec, sizes, options).explain(spec);
    }

    private Choice choice(PlanOptions options) {
        State now = state;
        return new Choice(now.backends, named(options, now.chosen), Costs.NONE, checks.quarantine());
    }

    /// `choice` with what [#tuned] knows or now finds out, unless a backend is named.
    private Choice measured(Choice choice, AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        return choice.named().isPresent()
                ? choice
                : tuning.map(costs -> choice.with(costs.costs(spec, sizes, options, choice.candidates(spec))))
                        .orElse(choice);
    }

    private static Optional<Choice.Named> named(PlanOptions options, Optional<String> session) {
        return options.backend()
                .map(name -> new Choice.Named(name, "the plan's options"))
                .or(() -> SCOPE.isBound() ? Optional.of(new Choice.Named(SCOPE.get(), "the scope")) : Optional.empty())
                .or(() -> session.map(name -> new Choice.Named(name, "the session")))
                .or(() -> text(System.getProperty("heed.backend"), "system property heed.backend"))
                .or(() -> text(System.getenv("HEED_BACKEND"), "environment variable HEED_BACKEND"));
    }

    private static Optional<Choice.Named> text(@Nullable String name, String by) {
        return Optional.ofNullable(name).filter(n -> !n.isBlank()).map(n -> new Choice.Named(n.strip(), by));
    }
}
