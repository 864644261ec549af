package heed.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Expressions as deep as their number of words allows are computed, by each backend that takes expressions; longer
/// ones are refused in a line.
final class AttendDeepExpressionTest {
    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void writeFiles() throws IOException {
        for (String name : List.of("q.npy", "k.npy", "v.npy")) {
            new AttendFiles(folder).write(name, AttendFiles.noise(2, 5, 8));
        }
    }

    private static String nested(int count, String before, String inner, String after) {
        return before.repeat(count) + inner + after.repeat(count);
    }

    @TestFactory
    Stream<DynamicTest> scores() {
        return Stream.of(
                        nested(249, "(", "score", ")"),
                        nested(499, "-", "score", ""),
                        nested(166, "abs(", "score", ")"),
                        nested(166, "tanh(", "score", ")"),
                        nested(249, "", "score", " + 1"),
                        nested(124, "1 + (", "score", ")"),
                        nested(99, "max(score, ", "1", ")"),
                        nested(49, "select(score < 0.5, score, ", "1", ")"),
                        "min(" + nested(80, "abs(", "score", ")") + ", " + nested(80, "abs(", "score", ")") + ")")
                .map(text -> DynamicTest.dynamicTest(text, () -> computed("--score", text)));
    }

    @TestFactory
    Stream<DynamicTest> masks() {
        return Stream.of(
                        nested(490, "not ", "query >= key", ""),
                        nested(124, "causal and (", "causal", ")"),
                        nested(71, "first(1) or (", "causal", ")"),
                        nested(80, "key < 3 or (", "query >= key", ")"),
                        nested(80, "key < 4 and (", "query >= key", ")"))
                .map(text -> DynamicTest.dynamicTest(text, () -> computed("--visible", text)));
    }

    private void computed(String option, String text) throws IOException {
        AttendFiles files = new AttendFiles(folder);
        double[] expected = files.output(option, text);
        assertArrayEquals(expected, files.output(option, text, "--backend", "vector"), 1e-5);
    }

    @Test
    void longerOnesAreRefused() {
        Run run = new AttendFiles(folder).attend("--score", nested(500, "-", "score", ""));
        assertEquals(Exit.USAGE, run.exit(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(
                run.err().contains("--score must have at most 500 numbers, names and operators: it has 501"),
                run.err());
    }
}
