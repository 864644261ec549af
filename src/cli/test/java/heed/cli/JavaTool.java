package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.AttentionBackend;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/// Tools of the JDK, as somebody outside would call them.
public final class JavaTool {
    private JavaTool() {}

    /// Runs `tool` with `words`, which must succeed.
    public static void run(String tool, List<String> words) {
        StringWriter printed = new StringWriter();
        PrintWriter out = new PrintWriter(printed);
        int exit = ToolProvider.findFirst(tool).orElseThrow().run(out, out, words.toArray(String[]::new));
        assertEquals(0, exit, printed::toString);
    }

    /// Where the classes of `heed.attention` are.
    public static String attention() throws URISyntaxException {
        return Path.of(AttentionBackend.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }
}
