package heed.attention;

import heed.attention.Availability.Available;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Names of backends: `vector`, or `openblas@0.3.31` where one jar brings a backend for each of several libraries.
///
/// A name without a version stands for all of that name: `openblas` is the first of them that can run here.
final class BackendNames {
    private BackendNames() {}

    /// Whether a backend called `name` is meant by `asked`.
    static boolean isMeant(String name, String asked) {
        return name.equals(asked) || name.startsWith(asked + "@");
    }

    /// The one of `backends`, in their order, that is called `asked`, or else the first that is meant and can
    /// run; if none can, the first that is meant, whose reason is to be told.
    static <B> Optional<B> find(
            List<B> backends, Function<B, String> name, Function<B, Availability> availability, String asked) {
        Optional<B> exact =
                backends.stream().filter(b -> name.apply(b).equals(asked)).findFirst();
        if (exact.isPresent()) {
            return exact;
        }
        List<B> meant =
                backends.stream().filter(b -> isMeant(name.apply(b), asked)).toList();
        return meant.stream()
                .filter(b -> availability.apply(b) instanceof Available)
                .findFirst()
                .or(() -> meant.stream().findFirst());
    }
}
