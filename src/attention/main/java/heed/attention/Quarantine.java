package heed.attention;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The backends that a session uses no more, each with the reason; one belongs to each [Attention].
///
/// What is shut out is a [Term] of a backend: the time that it computes with one library. When that is exchanged a
/// new term begins, which a wrong row of the old library does not end, while plans that are open on the old library
/// stay shut out. A plan reads a field for each run.
final class Quarantine {
    private final Map<String, Term> terms = new ConcurrentHashMap<>();

    /// A backend with the library that it has.
    static final class Term {
        private final String backend;
        private volatile Optional<String> reason = Optional.empty();
        private volatile boolean over;

        private Term(String backend) {
            this.backend = backend;
        }

        /// Shuts it out, for the first reason there is; whether it was not yet.
        synchronized boolean end(String why) {
            boolean first = reason.isEmpty();
            reason = reason.or(() -> Optional.of(why));
            return first;
        }

        /// Lets it in again; whether it was shut out.
        private synchronized boolean resume() {
            boolean ended = reason.isPresent();
            reason = Optional.empty();
            return ended;
        }

        /// Lets it pass unless it is shut out.
        ///
        /// @throws BackendQuarantinedException if it is
        void refuse() {
            Optional<String> why = reason;
            if (why.isPresent()) {
                var refusal = new BackendQuarantinedException(backend, verdict(why.get()));
                Events.refusal(backend, refusal);
                throw refusal;
            }
        }

        private String verdict(String why) {
            return "quarantined by a self-check, " + why + "; "
                    + (over
                            ? "plan anew: its library was exchanged for another"
                            : "call Attention.enable(\"" + backend + "\") to use it again");
        }
    }

    /// The term of the backend called `name`.
    Term term(String name) {
        return terms.computeIfAbsent(name, Term::new);
    }

    /// Lets in those that `asked` means; whether there was one.
    boolean lift(String asked) {
        boolean any = false;
        for (Term term : terms.values()) {
            any |= BackendNames.isMeant(term.backend, asked) && term.resume();
        }
        return any;
    }

    /// Begins a new term of the backend called `name`; whether the one before was shut out.
    boolean renew(String name) {
        Term before = terms.remove(name);
        if (before == null) {
            return false;
        }
        before.over = true;
        return before.reason.isPresent();
    }

    /// Who is shut out, and why.
    Map<String, String> reasons() {
        Map<String, String> reasons = new TreeMap<>();
        terms.forEach((name, term) -> term.reason.ifPresent(why -> reasons.put(name, why)));
        return Collections.unmodifiableMap(reasons);
    }

    /// Why `backend` is not to be used, and what to do; empty if it may be.
    Optional<String> obstacle(String backend) {
        return Optional.ofNullable(terms.get(backend)).flatMap(term -> term.reason.map(term::verdict));
    }

    /// Lets `backend` pass unless it is shut out.
    ///
    /// @throws BackendQuarantinedException if it is
    void refuse(String backend) {
        Optional.ofNullable(terms.get(backend)).ifPresent(Term::refuse);
    }
}
