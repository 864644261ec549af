package heed.cli.load;

import heed.attention.AttentionBackend;
import heed.cli.JavaTool;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// A jar with a backend that computes nothing, compiled for a test: an automatic module, since in tests
/// `heed.attention` is none.
///
/// @param folder where sources and classes go
record PluginJar(Path folder) {
    private static final String SOURCE = """
            package %1$s;

            import heed.attention.*;

            public final class Plugin implements AttentionBackend {
                public String name() { return %2$s; }
                public int rank() { return %3$s; }
                public Availability availability() { return new Availability.Unavailable("it is a test", "ignore it"); }
                public Support support(AttentionSpec spec) { return new Support.Supported(); }
                public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) { return null; }
                private static String thrown() { throw new IllegalStateException("no name"); }
            }
            """;

    /// Writes `jar` with a backend in package `module`, of which Java gives name and rank.
    void write(Path jar, String module, String name, int rank) throws IOException, URISyntaxException {
        Path source = Files.createDirectories(folder.resolve(module)).resolve("Plugin.java");
        Files.writeString(source, SOURCE.formatted(module, name, rank));
        JavaTool.run("javac", List.of("-cp", JavaTool.attention(), "-d", folder.toString(), source.toString()));
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(module + "/Plugin.class"));
            out.write(Files.readAllBytes(source.resolveSibling("Plugin.class")));
            out.putNextEntry(new JarEntry("META-INF/services/" + AttentionBackend.class.getName()));
            out.write((module + ".Plugin\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
