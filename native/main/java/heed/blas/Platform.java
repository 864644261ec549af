package heed.blas;

import java.util.Locale;

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

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
