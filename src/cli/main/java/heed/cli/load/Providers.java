package heed.cli.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;

/// The providers of a service; one that fails to load hides no other.
///
/// @param found those that loaded
/// @param failed those that did not, by the jar or the class at fault
record Providers<S>(List<S> found, List<RejectedJar> failed) {
    /// @param fileOf tells which file declares the provider that a message names
    static <S> Providers<S> load(ServiceLoader<S> loader, Function<String, Optional<String>> fileOf) {
        List<S> found = new ArrayList<>();
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
                found.add(provider.get());
            } catch (ServiceConfigurationError | LinkageError failure) {
                failed.add(rejected(current, fileOf, failure));
            }
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
