package heed.attention;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/// Finds backends by `ServiceLoader`; one that fails to load becomes an [AbsentBackend] and hides no other.
final class Services {
    private Services() {}

    static List<AttentionBackend> attention(ServiceLoader<AttentionBackend> loader) {
        List<AttentionBackend> found = new ArrayList<>();
        var providers = loader.stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    break;
                }
                found.add(providers.next().get());
            } catch (ServiceConfigurationError | LinkageError failure) {
                found.add(absent(failure));
            }
        }
        found.sort(Comparator.comparingInt(AttentionBackend::rank).reversed());
        return List.copyOf(found);
    }

    private static AbsentBackend absent(Throwable failure) {
        String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("it does not load");
        return new AbsentBackend(
                "unknown", new Availability.Unavailable(reason, "repair or remove the jar that declares this service"));
    }
}
