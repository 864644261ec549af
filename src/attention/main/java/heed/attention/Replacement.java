package heed.attention;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The exchange of one backend's library, for [Attention] and [Gemm] alike: the successor is made and tested first, so
/// that a failure leaves everything as it was. A recording hears of both outcomes.
///
/// @param old name of the backend that has the library
/// @param library the file that replaces it
/// @param others names that the successor must not have
record Replacement(String old, Path library, List<String> others) {
    private static final System.Logger LOG = System.getLogger(Replacement.class.getName());

    /// How backends of one kind are exchanged.
    ///
    /// @param name what a backend is called
    /// @param open makes the successor
    /// @param publish hands new plans to the successor, and retires the old backend
    /// @param discard gives the successor up before anybody saw it
    record Steps<B>(Function<B, String> name, Supplier<B> open, Consumer<B> publish, Consumer<B> discard) {}

    /// The replacement of the one of `all` that is called `old`.
    static <B> Replacement of(B old, Path library, List<B> all, Function<B, String> name) {
        return new Replacement(
                name.apply(old),
                library,
                all.stream().filter(other -> other != old).map(name).toList());
    }

    /// The successor, published.
    ///
    /// @throws BackendUnavailableException if the library is not fit, with the reason
    <B> B run(Steps<B> steps) {
        long start = System.nanoTime();
        try {
            B successor = steps.open.get();
            String name = steps.name.apply(successor);
            if (others.contains(name)) {
                steps.discard.accept(successor);
                throw new BackendUnavailableException("another backend is called as the new library would be: name="
                        + name + ", library=" + library + "; replace that one");
            }
            steps.publish.accept(successor);
            Events.replacement(this, name, System.nanoTime() - start);
            LOG.log(System.Logger.Level.INFO, "{0} computes with {1} now, as {2}", old, library, name);
            return successor;
        } catch (BackendUnavailableException refused) {
            String message = old + " keeps its library: " + refused.getMessage();
            Events.refusal(old, refused);
            throw new BackendUnavailableException(message);
        }
    }

    /// Refuses to replace what has no library.
    static IllegalArgumentException hasNone(String name, List<String> replaceable) {
        return Checks.refusal(
                "only a backend with a library of its own can have it replaced: name=%s, replaceable=%s",
                name, String.join(" ", replaceable));
    }

    /// `all` with `successor` in the place of `old`.
    static <B> List<B> in(List<B> all, B old, B successor) {
        UnaryOperator<B> next = backend -> backend == old ? successor : backend;
        return all.stream().map(next).toList();
    }
}
