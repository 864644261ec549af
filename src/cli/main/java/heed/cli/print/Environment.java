package heed.cli.print;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Where results were made: they compare only with results of a like place.
///
/// @param heed version of the command
/// @param cpu the processor's own name
/// @param cores processors that the JVM may use
/// @param os system and architecture
/// @param jdk the JDK's vendor and version
public record Environment(String heed, String cpu, int cores, String os, String jdk) {
    /// This process's.
    public static Environment here() {
        return new Environment(
                heedVersion(),
                processor(),
                Runtime.getRuntime().availableProcessors(),
                property("os.name") + " " + property("os.version") + " " + property("os.arch"),
                property("java.vendor") + " " + property("java.runtime.version"));
    }

    /// Version of the command's module; `development` when it is no module.
    public static String heedVersion() {
        return java.util.Optional.ofNullable(Environment.class.getModule().getDescriptor())
                .flatMap(java.lang.module.ModuleDescriptor::rawVersion)
                .orElse("development");
    }

    /// One line for people.
    @Override
    public String toString() {
        return "heed " + heed + ", " + cpu + ", " + cores + " cores, " + os + ", " + jdk;
    }

    private static String processor() {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return java.util.Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"))
                    .orElse(property("os.arch"));
        }
        try (Stream<String> lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(property("os.arch"));
        } catch (IOException | java.io.UncheckedIOException failure) {
            return property("os.arch") + ", unreadable " + info;
        }
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }
}
