package heed.blas;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The processor of this machine, told from others by model and instructions where Linux says.
final class Processor {
    private static final Path CPUS = Path.of("/proc/cpuinfo");
    private static final int DIGITS = 12;

    private Processor() {}

    /// A few digits that another processor is unlikely to have.
    static String current() {
        String platform = Platform.current().classifier();
        try (Stream<String> lines = Files.lines(CPUS, StandardCharsets.ISO_8859_1)) {
            return digits(platform
                    + lines.takeWhile(line -> !line.isBlank()) // the first of them
                            .filter(line -> line.matches("(model name|flags|Features|CPU (implementer|part)).*"))
                            .collect(Collectors.joining("\n")));
        } catch (IOException e) {
            return digits(platform);
        }
    }

    private static String digits(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
    }
}
