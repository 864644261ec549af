package heed.blas;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a user may set from outside: system properties and environment variables, as they were at one moment.
record Settings(Map<String, String> properties, Map<String, String> variables) {
    static Settings ofProcess() {
        var properties = System.getProperties();
        return new Settings(
                properties.stringPropertyNames().stream().collect(Collectors.toMap(n -> n, properties::getProperty)),
                System.getenv());
    }

    /// The setting, and where it was made. The property wins; an empty value counts as unset, as in `VARIABLE=
    /// command`.
    Optional<Setting> find(String property, String variable) {
        return property(property).or(() -> variable(variable));
    }

    Optional<Setting> property(String name) {
        return setting(properties, name);
    }

    Optional<Setting> variable(String name) {
        return setting(variables, name);
    }

    private static Optional<Setting> setting(Map<String, String> from, String name) {
        return Optional.ofNullable(from.get(name))
                .filter(value -> !value.isBlank())
                .map(v -> new Setting(name, v));
    }

    /// A value under the name that the user gave it, so that a message can repeat both.
    record Setting(String name, String value) {
        @Override
        public String toString() {
            return name + "=" + value;
        }
    }
}
