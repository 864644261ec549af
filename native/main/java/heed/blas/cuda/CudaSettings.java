package heed.blas.cuda;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a user may set about CUDA from outside.
///
/// Each is a system property, such as `heed.cuda.path`, or else the environment variable of that name,
/// `HEED_CUDA_PATH`.
///
/// | property           | says                                                                             |
/// |--------------------|----------------------------------------------------------------------------------|
/// | [#PATH]            | folders with NVIDIA's libraries, looked into before the system's                 |
/// | [#DRIVER] …        | the file of one library: used or reported, never replaced by another             |
/// | [#DEVICE]          | number of the GPU, 0 if unset                                                    |
/// | [#MEMORY]          | most bytes of device memory, as a number or as in `512m`, `4g`; unset: no limit  |
/// | [#PRECISION]       | `full` or `fast`, see [Precision]                                                |
record CudaSettings(Map<String, String> properties, Map<String, String> variables) {
    static final String PATH = "heed.cuda.path";
    static final String DRIVER = "heed.cuda.driver";
    static final String CUBLAS = "heed.cuda.cublas";
    static final String NVRTC = "heed.cuda.nvrtc";
    static final String DEVICE = "heed.cuda.device";
    static final String MEMORY = "heed.cuda.memory";
    static final String PRECISION = "heed.cuda.precision";

    static CudaSettings ofProcess() {
        var properties = System.getProperties();
        return new CudaSettings(
                properties.stringPropertyNames().stream().collect(Collectors.toMap(n -> n, properties::getProperty)),
                System.getenv());
    }

    /// The setting, and where it was made; an empty value counts as unset.
    Optional<Setting> find(String property) {
        String variable = property.replace('.', '_').toUpperCase(Locale.ROOT);
        return setting(property, properties).or(() -> setting(variable, variables));
    }

    private static Optional<Setting> setting(String name, Map<String, String> from) {
        return Optional.ofNullable(from.get(name))
                .filter(value -> !value.isBlank())
                .map(value -> new Setting(name, value.strip()));
    }

    /// @throws IllegalArgumentException if it is set and is no device number
    int device() {
        return (int) find(DEVICE)
                .map(set -> number(set, set.value(), Integer.MAX_VALUE))
                .orElse(0L)
                .longValue();
    }

    /// @throws IllegalArgumentException if it is set and is no size
    long memoryLimit() {
        return find(MEMORY).map(CudaSettings::bytes).orElse(Long.MAX_VALUE);
    }

    /// @throws IllegalArgumentException if it is set and is none
    Precision precision() {
        return find(PRECISION).map(CudaSettings::precision).orElse(Precision.FULL);
    }

    private static Precision precision(Setting set) {
        return switch (set.value().toLowerCase(Locale.ROOT)) {
            case "full" -> Precision.FULL;
            case "fast" -> Precision.FAST;
            default -> throw new IllegalArgumentException(set.name() + " must be full or fast: " + set);
        };
    }

    private static long bytes(Setting set) {
        String value = set.value().toLowerCase(Locale.ROOT);
        int shift = switch (value.charAt(value.length() - 1)) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            default -> 0;
        };
        String digits = shift == 0 ? value : value.substring(0, value.length() - 1);
        return number(set, digits, Long.MAX_VALUE >> shift) << shift;
    }

    private static long number(Setting set, String digits, long most) {
        try {
            long number = Long.parseLong(digits);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Reported below, as a number out of range is.
        }
        throw new IllegalArgumentException(set.name() + " must be a whole number, not negative: " + set);
    }

    /// A value under the name that the user gave it.
    record Setting(String name, String value) {
        @Override
        public String toString() {
            return name + "=" + value;
        }
    }
}
