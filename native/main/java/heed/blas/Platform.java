package heed.blas;

import java.util.Locale;
import java.util.OptionalInt;

/// The operating system and processor, as the JDK names them: `os.name`, `os.arch`.
record Platform(String system, String processor) {
    static Platform current() {
        return new Platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    boolean isWindows() {
        return lowerCase(system).startsWith("windows");
    }

    boolean isMac() {
        return lowerCase(system).startsWith("mac");
    }

    boolean isArm() {
        return classifier().endsWith("-arm64");
    }

    /// The directory of the libraries in `heed.openblas`, for example `linux-x86_64`.
    String classifier() {
        String os = isMac() ? "macosx" : isWindows() ? "windows" : lowerCase(system);
        return os + "-"
                + switch (processor) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm64";
                    default -> processor;
                };
    }

    /// `e_machine` of this platform's ELF files, where it has some that are known.
    OptionalInt elfMachine() {
        return switch (classifier()) {
            case "linux-x86_64" -> OptionalInt.of(62);
            case "linux-arm64" -> OptionalInt.of(183);
            default -> OptionalInt.empty();
        };
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
