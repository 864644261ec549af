package heed.cli.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;

/// What the providers of a service bring; one that fails to load, or to answer, hides no other.
///
/// @param found what those that loaded bring
/// @param failed those that did not, by the jar or the class at fault
record Providers<T>(List<T> found, List<RejectedJar> failed) {
    /// @param use what is made of a provider; whatever it throws counts as not loading
    /// @param fileOf tells which file declares the provider that a message names
    static <S, T> Providers<T> load(
            ServiceLoader<S> loader, Function<S, T> use, Function<String, Optional<String>> fileOf) {
        List<T> found = new ArrayList<>();
        List<RejectedJar> failed = new ArrayList<>();
        var providers = loader.stream().iterator();
        Optional<Class<? extends S>> current = Optional.empty();
        while (true) {
            try {
                current = Optional.empty();
                if (!providers.hasNext()) {
                    return new Providers<>(List.copyOf(found), List.copyOf(failed));
                }
                var provider = providers.next();
                current = Optional.of(provider.type());
                found.add(used(provider.get(), use));
            } catch (ServiceConfigurationError | LinkageError failure) {
                failed.add(rejected(current, fileOf, failure));
            }
        }
    }

    private static <S, T> T used(S provider, Function<S, T> use) {
        try {
            return use.apply(provider);
        } catch (RuntimeException thrown) {
            throw new ServiceConfigurationError("it throws where it must not", thrown);
        }
    }

    private static RejectedJar rejected(
            Optional<? extends Class<?>> provider, Function<String, Optional<String>> fileOf, Throwable failure) {
        Throwable root = failure.getCause() == null ? failure : failure.getCause();
        String reason = root instanceof ServiceConfigurationError
                ? String.valueOf(root.getMessage())
                : provider.map(Class::getName).orElse("a backend") + " does not load: " + root;
        String file = provider.<String>map(Class::getName)
                .or(() -> Optional.of(reason))
                .flatMap(fileOf)
                .orElse("unknown");
        return new RejectedJar(
                file, reason.lines().findFirst().orElse(reason), "replace the jar or remove it: file=" + file);
    }
}
