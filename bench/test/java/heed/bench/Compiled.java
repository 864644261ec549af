package heed.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.bench.Rule.Source;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Compiles the classes that break a rule.
final class Compiled {
    private Compiled() {}

    /// Compiles `sources`, with everything that this test sees, into `folder`.
    static void into(Path folder, List<Source> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options = List.of(
                "-d",
                folder.toString(),
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "--add-modules",
                "jdk.incubator.vector");
        var files = sources.stream().map(Compiled::file).toList();
        boolean done =
                compiler.getTask(messages, null, null, options, null, files).call();
        assertTrue(done, () -> "a counterexample does not compile: " + messages);
    }

    private static JavaFileObject file(Source source) {
        String path = "/" + source.inPackage().replace('.', '/') + "/" + source.name() + ".java";
        return new SimpleJavaFileObject(URI.create("string://" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source.text();
            }
        };
    }
}
