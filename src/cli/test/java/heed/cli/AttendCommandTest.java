package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `heed attend` against the library called directly, and its refusals.
final class AttendCommandTest {
    @TempDir
    Path folder = Path.of("");

    private Tensor query = noise(2, 4, 5, 8);
    private Tensor key = noise(2, 2, 7, 8);
    private Tensor value = noise(2, 2, 7, 6);

    @BeforeEach
    void writeInputs() throws IOException {
        NpyFile.write(folder.resolve("q.npy"), query);
        NpyFile.write(folder.resolve("k.npy"), key);
        NpyFile.write(folder.resolve("v.npy"), value);
    }

    private static Tensor noise(int... shape) {
        return AttendFiles.noise(shape);
    }

    private Run attend(Object... more) {
        return new AttendFiles(folder).attend(more);
    }

    private Tensor read(String name, Arena arena) throws IOException {
        return NpyFile.read(folder.resolve(name), arena).tensor();
    }

    @Test
    void everyOptionReachesTheSpec() throws IOException {
        Tensor bias = noise(5, 7);
        Tensor sink = noise(4);
        NpyFile.write(folder.resolve("bias.npy"), bias);
        NpyFile.write(folder.resolve("sink.npy"), sink);
        Run run = attend(
                "--causal",
                "--window",
                "3,-1",
                "--scale",
                "0.7",
                "--softcap",
                "2",
                "--mask",
                folder.resolve("bias.npy"),
                "--sink",
                folder.resolve("sink.npy"),
                "--lse",
                folder.resolve("l.npy"),
                "--align",
                "top-left");
        assertEquals(Exit.DONE, run.exit(), run.err());

        AttentionSpec spec = AttentionSpec.builder(4, 8)
                .kvHeads(2)
                .valueDim(6)
                .softmaxScale(0.7)
                .softcap(2)
                .sink()
                .alignment(heed.attention.QueryAlignment.TOP_LEFT)
                .mask(Mask.causal().and(Mask.slidingWindow(3, -1)).and(Mask.additiveTensor()))
                .logSumExp()
                .build();
        Tensor output = Tensor.of(new float[2 * 4 * 5 * 6], 2, 4, 5, 6);
        Tensor lse = Tensor.of(new float[2 * 4 * 5], 2, 4, 5);
        Attention.load()
                .use("reference")
                .run(
                        spec,
                        new AttentionArguments()
                                .query(query)
                                .key(key)
                                .value(value)
                                .bias(bias)
                                .sink(sink)
                                .output(output)
                                .logSumExp(lse));
        try (Arena arena = Arena.ofConfined()) {
            assertSame(output, read("o.npy", arena));
            assertSame(lse, read("l.npy", arena));
        }
    }

    @Test
    void structuredMasksAndDiagnosticsReachTheSpec() throws IOException {
        Tensor slopes = Tensor.of(new float[] {0.5f, 0.25f, 0.125f, 0}, 4);
        Tensor documents = Tensor.of(new float[] {0, 0, 0, 1, 1, 1, 1}, 7);
        NpyFile.write(folder.resolve("slopes.npy"), slopes);
        NpyFile.write(folder.resolve("documents.npy"), documents);
        Run run = attend(
                "--alibi",
                folder.resolve("slopes.npy"),
                "--documents",
                folder.resolve("documents.npy"),
                "--sinks-and-window",
                "1,3",
                "--probability-scale",
                "0.5",
                "--entropy",
                folder.resolve("e.npy"),
                "--column-mass",
                folder.resolve("c.npy"),
                "--scores",
                folder.resolve("s.npy"));
        assertEquals(Exit.DONE, run.exit(), run.err());

        AttentionSpec spec = AttentionSpec.builder(4, 8)
                .kvHeads(2)
                .valueDim(6)
                .probabilityScale(0.5)
                .mask(Mask.sinksAndWindow(1, 3).and(Mask.documents("documents")).and(Mask.alibi()))
                .extraOutput(heed.attention.ExtraOutput.ENTROPY)
                .extraOutput(heed.attention.ExtraOutput.COLUMN_MASS)
                .scoreStage(heed.attention.ScoreStage.PROBABILITIES)
                .build();
        Tensor output = Tensor.of(new float[2 * 4 * 5 * 6], 2, 4, 5, 6);
        Tensor entropy = Tensor.of(new float[2 * 4 * 5], 2, 4, 5);
        Tensor columns = Tensor.of(new float[2 * 4 * 7], 2, 4, 7);
        Tensor scores = Tensor.of(new float[2 * 4 * 5 * 7], 2, 4, 5, 7);
        Attention.load()
                .use("reference")
                .run(
                        spec,
                        new AttentionArguments()
                                .query(query)
                                .key(key)
                                .value(value)
                                .alibiSlopes(slopes)
                                .captured("documents", documents)
                                .output(output)
                                .scores(scores)
                                .diagnostics(new heed.attention.Diagnostics()
                                        .entropy(entropy)
                                        .columnMass(columns)));
        try (Arena arena = Arena.ofConfined()) {
            assertSame(output, read("o.npy", arena));
            assertSame(entropy, read("e.npy", arena));
            assertSame(columns, read("c.npy", arena));
            assertSame(scores, read("s.npy", arena));
        }
    }

    @Test
    void twoResultsInOneFileAreRefused() {
        Run run = attend("--entropy", folder.resolve("o.npy"));
        assertEquals(Exit.USAGE, run.exit());
        assertTrue(run.err().contains("--entropy must be another file than --out"), run.err());
        assertFalse(Files.exists(folder.resolve("o.npy")));
    }

    @Test
    void aNumberAlignsTheFirstQuery() throws IOException {
        assertEquals(Exit.DONE, attend("--causal", "--align", "2").exit());
        byte[] two = Files.readAllBytes(folder.resolve("o.npy"));
        assertEquals(Exit.DONE, attend("--causal", "--align", "bottom-right").exit());
        assertTrue(java.util.Arrays.equals(two, Files.readAllBytes(folder.resolve("o.npy"))), "7 - 5 = 2");
    }

    @Test
    void axesLeftOutOfTheQueryAreLeftOutOfTheOutput() throws IOException {
        NpyFile.write(folder.resolve("q.npy"), noise(5, 8));
        NpyFile.write(folder.resolve("k.npy"), noise(7, 8));
        NpyFile.write(folder.resolve("v.npy"), noise(7, 6));
        NpyFile.write(
                folder.resolve("mask.npy"), Tensor.of(MemorySegment.ofArray(new byte[35]), ElementType.BOOL, 5, 7));
        Run run = attend("--mask", folder.resolve("mask.npy"));
        assertEquals(Exit.DONE, run.exit(), run.err());
        try (Arena arena = Arena.ofConfined()) {
            assertSame(Tensor.of(new float[30], 5, 6), read("o.npy", arena));
        }
    }

    @Test
    void tensorsOfASafetensorsFileAreNamedAfterAColon() throws IOException {
        assertEquals(Exit.DONE, attend().exit());
        byte[] expected = Files.readAllBytes(folder.resolve("o.npy"));
        Path file = folder.resolve("t.safetensors");
        heed.model.weights.SafetensorsWriter.write(file, java.util.Map.of("q", query, "k", key, "v", value));
        Run run = Run.of(
                "attend",
                "--query",
                file + ":q",
                "--key",
                file + ":k",
                "--value",
                file + ":v",
                "--out",
                folder.resolve("o.npy"),
                "--backend",
                "reference");
        assertEquals(Exit.DONE, run.exit(), run.err());
        assertTrue(java.util.Arrays.equals(expected, Files.readAllBytes(folder.resolve("o.npy"))));
        refuses("--mask must name a tensor of the file", "--mask", file);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--scale NaN           | softmaxScale=NaN",
                "--scale x             | --scale",
                "--window 3            | --window=3",
                "--window -2,0         | left=-2",
                "--align middle        | --align=middle",
                "--softcap -1          | softcap=-1",
                "--mask none.npy       | --mask=none.npy",
                "--sink none.npy       | --sink=none.npy",
                "--lse l.txt           | --lse=l.txt",
                "--lse /nowhere/l.npy  | --lse=/nowhere/l.npy",
            })
    void aWrongOptionIsOneLineAndWritesNothing(String options, String part) throws IOException {
        refuses(part, (Object[]) options.split(" "));
    }

    @Test
    void aWrongFileIsOneLineAndWritesNothing() throws IOException {
        NpyFile.write(folder.resolve("v.npy"), noise(2, 2, 6, 6));
        refuses("value must be [batch, kvHeads, kvLen, valueDim] = [2, 2, 7, 6]: value=F32[2, 2, 6, 6]");
        NpyFile.write(folder.resolve("v.npy"), noise(3));
        refuses("--value=F32[3]");
        NpyFile.write(
                folder.resolve("v.npy"), Tensor.of(MemorySegment.ofArray(new byte[84]), ElementType.INT8, 2, 1, 7, 6));
        refuses("--value must be of a floating-point type, or have its scales beside it by --value-scale:");
        Files.writeString(folder.resolve("v.npy"), "not an array");
        refuses("v.npy");
        NpyFile.write(folder.resolve("v.npy"), value);
        Files.writeString(folder.resolve("t.safetensors"), "not tensors");
        refuses("t.safetensors", "--mask", folder.resolve("t.safetensors") + ":x");
        Files.delete(folder.resolve("q.npy"));
        refuses("--query must be a file that exists");
    }

    private void refuses(String part, Object... options) throws IOException {
        Files.deleteIfExists(folder.resolve("o.npy"));
        Run run = attend(options);
        assertEquals(Exit.USAGE, run.exit(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(part), run.err());
        assertFalse(Files.exists(folder.resolve("o.npy")));
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(expected.toString(), actual.toString());
        assertTrue(
                expected.segment().mismatch(actual.segment()) == -1,
                () -> "first difference at byte " + expected.segment().mismatch(actual.segment()));
    }
}
