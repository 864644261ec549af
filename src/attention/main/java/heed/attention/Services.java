package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/// Loads services one by one, so that one that fails to load hides no other.
final class Services {
    private Services() {}

    /// Those that load; `failed` hears, in a sentence, about each that does not.
    static <S> List<S> load(ServiceLoader<S> loader, Consumer<String> failed) {
        List<S> found = new ArrayList<>();
        var providers = loader.stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return found;
                }
                found.add(providers.next().get());
            } catch (ServiceConfigurationError | LinkageError failure) {
                failed.accept(
                        String.valueOf(failure.getMessage()).lines().findFirst().orElse("it does not load"));
            }
        }
    }
}
