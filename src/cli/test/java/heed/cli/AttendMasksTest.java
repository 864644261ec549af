package heed.cli;

import static heed.cli.AttendFiles.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Masks and expressions of `heed attend`, each against another way to say the same.
final class AttendMasksTest {
    @TempDir
    Path folder = Path.of("");

    private AttendFiles files = new AttendFiles(folder);

    @BeforeEach
    void writeInputs() throws IOException {
        files = new AttendFiles(folder);
        files.write("q.npy", noise(2, 4, 5, 8));
        files.write("k.npy", noise(2, 2, 7, 8));
        files.write("v.npy", noise(2, 2, 7, 6));
    }

    /// Two backends add in another order than they would with the built-in: a few roundings of f32 apart.
    private static void assertClose(double[] expected, double[] actual) {
        assertArrayEquals(expected, actual, 16 * Math.ulp(1f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "vector"})
    void alibiIsAScoreExpression(String backend) throws IOException {
        Path slopes = files.write("slopes.npy", Tensor.of(new float[] {0.5f, 0.25f, 0.125f, 0}, 4));
        double[] expected = files.output("--alibi", slopes, "--backend", backend);
        assertClose(
                expected,
                files.output(
                        "--score",
                        "score + slope[head] * (key - query)",
                        "--capture",
                        "slope=" + slopes,
                        "--backend",
                        backend));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "vector"})
    void causalIsAVisibleExpression(String backend) throws IOException {
        double[] expected = files.output("--causal", "--backend", backend);
        assertClose(expected, files.output("--visible", "query >= key", "--backend", backend));
        assertClose(expected, files.output("--visible", "causal", "--backend", backend));
    }

    @Test
    void documentsAreAVisibleExpressionOverWholeNumbers() throws IOException {
        Path floats = files.write("documents.npy", Tensor.of(new float[] {0, 0, 0, 1, 1, 1, 1}, 7));
        double[] expected = files.output("--documents", floats, "--causal");
        Path ints = NpyBytes.write(folder.resolve("ints.npy"), "<i8", "(7,)", 0L, 0L, 0L, 1L, 1L, 1L, 1L);
        assertClose(
                expected,
                files.output(
                        "--visible", "causal and document[key] == document[query]", "--capture", "document=" + ints));
        assertClose(expected, files.output("--documents", ints, "--visible", "query >= key and documents"));
        assertClose(expected, files.output("--documents", ints, "--visible", "query >= key"));
    }

    @Test
    void aMaskThatVisibleNamesCountsThereAlone() throws IOException {
        Path none = files.write("mask.npy", AttendFiles.flags(1, 7, "0000000"));
        double[] expected = files.output("--causal");
        assertClose(expected, files.output("--mask", none, "--visible", "causal or mask"));
        assertClose(new double[240], files.output("--mask", none, "--visible", "causal"));
    }

    @Test
    void sinksAndWindowIsAnOr() throws IOException {
        double[] expected = files.output("--sinks-and-window", "2,3");
        assertClose(expected, files.output("--visible", "causal and (first(2) or window(2, 0))"));
    }

    @Test
    void aChainOfDraftsIsCausal() throws IOException {
        Path chain = files.write("tree.npy", AttendFiles.flags(5, 5, "10000", "11000", "11100", "11110", "11111"));
        assertClose(files.output("--causal"), files.output("--tree", chain));
    }

    @Test
    void eachSequenceMayHaveATreeOfItsOwn() throws IOException {
        Tensor chains = Tensor.strided(
                AttendFiles.flags(5, 5, "10000", "11000", "11100", "11110", "11111")
                        .segment(),
                heed.attention.ElementType.BOOL,
                0,
                new int[] {2, 5, 5},
                new long[] {0, 5, 1});
        Path tree = files.write("tree.npy", chains);
        assertClose(
                files.output("--causal", "--query-lens", "3,5"), files.output("--tree", tree, "--query-lens", "3,5"));
    }

    @Test
    void aTreeOfAnotherSizeIsRefused() throws IOException {
        Path tree = files.write("tree.npy", AttendFiles.flags(2, 2, "1011"));
        refuses(
                "--tree must be bool [queryLen, queryLen], or one for each sequence: queryLen=5, batch=2, --tree=BOOL[2, 2]",
                "--tree",
                tree);
    }

    @Test
    void aWrongExpressionIsOneLineAndWritesNothing() throws IOException {
        refuses(
                "--visible must have a number at position 11: found a condition, --visible=query >= (key < 3)",
                "--visible",
                "query >= (key < 3)");
        refuses("--score must have an operator or the end at position 7: found \"2\"", "--score", "score 2");
        refuses("a mask decides before there is a score", "--visible", "score < 3");
    }

    @Test
    void anExpressionMayBeginWithAMinus() throws IOException {
        double[] expected = files.output("--scale", "-1");
        assertClose(expected, files.output("--scale", "1", "--score", "-score"));
        assertClose(files.output("--score", "0 - head"), files.output("--score", "-head"));
    }

    @Test
    void aTensorIsCapturedOnceAndMustBeOfUse() throws IOException {
        Path slopes = files.write("slopes.npy", noise(4));
        refuses("captured tensors must be used by an expression", "--capture", "slope=" + slopes);
        Path documents = files.write("documents.npy", noise(7));
        refuses(
                "--documents must capture another name, this one is taken: name=documents",
                "--capture",
                "documents=" + slopes,
                "--documents",
                documents);
    }

    @Test
    void aNameIsOneTensors() throws IOException {
        Path slopes = files.write("slopes.npy", noise(4));
        refuses(
                "--capture must capture another name, this one is taken: name=slope",
                "--score",
                "score + slope[head]",
                "--capture",
                "slope=" + slopes,
                "--capture",
                "slope=" + slopes);
        refuses("must be NAME=FILE: got " + slopes, "--capture", slopes);
        refuses("must be NAME=FILE: got =" + slopes, "--capture", "=" + slopes);
    }

    @Test
    void noInputIsWrittenOver() throws IOException {
        Path slopes = files.write("slopes.npy", noise(4));
        String score = "score + slope[head]";
        refuses(
                "--lse must be another file than the inputs",
                "--score",
                score,
                "--capture",
                "slope=" + slopes,
                "--lse",
                slopes);
        refuses("--entropy must be another file than the inputs", "--sink", slopes, "--entropy", slopes);
    }

    private void refuses(String part, Object... options) throws IOException {
        Run run = files.attend(options);
        assertEquals(Exit.USAGE, run.exit(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(part), run.err());
        assertTrue(Files.notExists(folder.resolve("o.npy")));
    }
}
