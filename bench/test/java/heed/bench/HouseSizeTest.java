package heed.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// No file of over 400 lines, no method of over 80: what is longer is two things.
///
/// Main sources only; jextract's output lies elsewhere. A method's lines are those of its body, braces included, so
/// that a long parameter list costs a microkernel nothing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HouseSizeTest {
    private static final int FILE = 400;
    private static final int METHOD = 80;

    private final List<Path> sources = new ArrayList<>();

    @BeforeAll
    void findSources() throws IOException {
        Path root = Path.of("..").toRealPath();
        for (String folder : List.of("src", "kernels", "native", "bench")) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                files.filter(HouseSizeTest::isMainSource).forEach(sources::add);
            }
        }
        assertFalse(sources.isEmpty(), "no sources below " + root);
    }

    private static boolean isMainSource(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.contains("/main/java/") && path.endsWith(".java") && !path.contains("/target/");
    }

    @Test
    void filesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources) {
            int lines = Files.readAllLines(source).size();
            if (lines > FILE) {
                tooLong.add(source + ": " + lines);
            }
        }
        assertEquals(List.of(), tooLong);
    }

    @Test
    void methodsAreShort() throws IOException {
        assertEquals(List.of(), longerThan(METHOD));
    }

    @Test
    void longMethodsAreFound() throws IOException {
        assertFalse(longerThan(METHOD / 2).isEmpty(), "microkernels are longer than this");
    }

    private List<String> longerThan(int limit) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> found = new ArrayList<>();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new Lengths(unit, positions, limit, found), null);
            }
        }
        return found;
    }

    private static final class Lengths extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final int limit;
        private final List<String> found;

        Lengths(CompilationUnitTree unit, SourcePositions positions, int limit, List<String> found) {
            this.unit = unit;
            this.positions = positions;
            this.limit = limit;
            this.found = found;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            var body = method.getBody();
            if (body != null) {
                LineMap lines = unit.getLineMap();
                long first = lines.getLineNumber(positions.getStartPosition(unit, body));
                long last = lines.getLineNumber(positions.getEndPosition(unit, body));
                if (last - first + 1 > limit) {
                    found.add(
                            "%s: %s: %d".formatted(unit.getSourceFile().getName(), method.getName(), last - first + 1));
                }
            }
            return super.visitMethod(method, unused);
        }
    }
}
