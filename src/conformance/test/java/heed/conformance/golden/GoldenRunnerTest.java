package heed.conformance.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The runner passes what is right, fails what is wrong, and leaves what it cannot ask.
final class GoldenRunnerTest {
    private static final AttentionBackend REFERENCE = Attention.load().backend("reference");

    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void writeCase() throws IOException {
        HandMadeCase.write(folder);
    }

    private Outcome run() {
        return GoldenRunner.run(REFERENCE, folder);
    }

    private void replace(String from, String to) throws IOException {
        Path json = folder.resolve("case.json");
        String text = Files.readString(json);
        assertTrue(text.contains(from), from);
        Files.writeString(json, text.replace(from, to));
    }

    @Test
    void passesWhatIsRight() {
        assertEquals(new Outcome.Passed(), run());
    }

    @Test
    void failsABackendThatScalesWrongly() {
        AttentionBackend wrong = new Delegate() {
            @Override
            public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
                return REFERENCE.plan(spec.toBuilder().softmaxScale(2).build(), sizes, options);
            }
        };
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, GoldenRunner.run(wrong, folder));
        assertTrue(failed.what().startsWith("out[0, 0, 0, 0] is "), failed.what());
        assertTrue(failed.worstError() > failed.allowed());
    }

    @Test
    void failsABackendThatThrows() {
        AttentionBackend wrong = new Delegate() {
            @Override
            public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
                throw new IllegalStateException("broken\nin two lines");
            }
        };
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, GoldenRunner.run(wrong, folder));
        assertEquals("hand_made: broken in two lines", failed.what());
    }

    @Test
    void differencesOfInformativeCasesAreReported() throws IOException {
        replace("\"required\"", "\"informative\"");
        replace("\"scale\": 1.0", "\"scale\": 2.0");
        Outcome.Unsupported reported = assertInstanceOf(Outcome.Unsupported.class, run());
        assertTrue(reported.reason().startsWith("level=informative (allowed: required), out["), reported.reason());
    }

    @Test
    void theLogSumExpIsJudgedToo() throws IOException {
        HandMadeCase.array(folder.resolve("expected_lse.npy"), new double[] {0.7}, 1, 1, 1);
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, run());
        assertTrue(failed.what().startsWith("lse[0, 0, 0] is "), failed.what());
    }

    @Test
    void tightIsPreferredToTolerance() throws IOException {
        replace("\"tolerance\": {\"abs\": 1e-5, \"rel\": 0.0}", "\"tolerance\": {\"abs\": 9, \"rel\": 0}");
        HandMadeCase.array(folder.resolve("expected_out.npy"), new double[] {1.51}, 1, 1, 1, 1);
        assertInstanceOf(Outcome.Failed.class, run());
        replace("\"tight\"", "\"loose\"");
        assertEquals(new Outcome.Passed(), run());
    }

    /// 1, 0 and ln 3, 2 and 1 in 16 bits, of which ln 3 is rounded; the case expects what that gives.
    private void storeIn(ElementType type, String dtype) throws IOException {
        Tensor keys = column(type, 0, Math.log(3));
        NpyFile.write(folder.resolve("q.npy"), column(type, 1));
        NpyFile.write(folder.resolve("k.npy"), keys);
        NpyFile.write(folder.resolve("v.npy"), column(type, 2, 1));
        double sum = 1 + Math.exp(keys.get(0, 0, 1, 0));
        HandMadeCase.array(folder.resolve("expected_out.npy"), new double[] {(1 + sum) / sum}, 1, 1, 1, 1);
        HandMadeCase.array(folder.resolve("expected_lse.npy"), new double[] {Math.log(sum)}, 1, 1, 1);
        for (String name : List.of("q", "k", "v")) {
            String file = "\"file\": \"%s.npy\", \"dtype\": ".formatted(name);
            replace(file + "\"float64\"", file + "\"" + dtype + "\"");
        }
        replace(
                "\"tolerance\": {\"abs\": 1e-5, \"rel\": 0.0}, \"tight\"",
                "\"tolerance\": {\"abs\": 0.005, \"rel\": 0.0}, \"tight\"");
    }

    private static Tensor column(ElementType type, double... elements) {
        Tensor column = Tensor.of(MemorySegment.ofArray(new short[elements.length]), type, 1, 1, elements.length, 1);
        for (int j = 0; j < elements.length; j++) {
            column.set(elements[j], 0, 0, j, 0);
        }
        return column;
    }

    /// Results in f32 are held to `tight`, in 16 bits to `tolerance`.
    @ParameterizedTest
    @CsvSource({"F16, float16", "BF16, bfloat16"})
    void inputsOf16BitsGiveEitherType(ElementType type, String dtype) throws IOException {
        storeIn(type, dtype);
        assertEquals(new Outcome.Passed(), run());
        AttentionBackend same = new Delegate() {
            @Override
            public Support support(AttentionSpec spec) {
                return new Support.Check()
                        .require(spec.outputType() == type, "outputType", spec.outputType(), type.name())
                        .result();
            }
        };
        assertEquals(new Outcome.Passed(), GoldenRunner.run(same, folder));
        HandMadeCase.array(folder.resolve("expected_out.npy"), new double[] {1.253}, 1, 1, 1, 1);
        assertInstanceOf(Outcome.Failed.class, run());
        assertEquals(new Outcome.Passed(), GoldenRunner.run(same, folder));
    }

    @Test
    void aBackendWithout16BitsSaysSo() throws IOException {
        storeIn(ElementType.F16, "float16");
        AttentionBackend single = new Delegate() {
            @Override
            public Support support(AttentionSpec spec) {
                return new Support.Check()
                        .require(spec.queryType() == ElementType.F32, "queryType", spec.queryType(), "F32")
                        .result();
            }
        };
        assertEquals(new Outcome.Unsupported("queryType=F16 (allowed: F32)"), GoldenRunner.run(single, folder));
    }

    @Test
    void aBackendWithoutGradientsSaysSo() throws IOException {
        replace("\"op\": \"attention\"", "\"op\": \"attention_grad\"");
        AttentionBackend forward = new Delegate() {};
        assertEquals(
                new Outcome.Unsupported("gradient=requested (allowed: forward only)"),
                GoldenRunner.run(forward, folder));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"formatVersion\": 1 | \"formatVersion\": 2 | formatVersion must be 1: got 2",
                "\"scale\": 1.0 | \"scale\": \"x\" | attributes.scale must be a finite number: got \"x\"",
                "\"scale\": 1.0 | \"scale\": 1e999 | attributes.scale must be a finite number",
                "\"qHeads\": 1 | \"qHeads\": 1.5 | attributes.qHeads must be a 32-bit integer: got 1.5",
                "\"qHeads\": 1 | \"qHeads\": 0 | queryHeads must be at least 1",
                "\"qHeads\": 1, | '' | attributes.qHeads must be an integer: got nothing",
                "\"qLens\": [1] | \"qLens\": [1, 1] | attributes.qLens must be an array of 1 integers",
                "\"kvLens\": [2] | \"kvLens\": [3] | kvLens must lie between 0 and",
                "\"causal\": \"none\" | \"causal\": \"left\" | attributes.causal must be one of",
                "\"causal\": \"none\" | \"causal\": \"top_left\" | queryOffset of TOP_LEFT must be [0]: got [1]",
                "\"past\": null | \"past\": {} | attributes.past.key must be a string: got nothing",
                "\"paged\": null | \"paged\": {} | attributes.paged.blockSize must be an integer: got nothing",
                "\"rotary\": null | \"rotary\": {} | attributes.rotary.interleaved must be true or false: got nothing",
                "\"lse\": { | \"qk\": { | expected must hold only what the case's op gives: got qk",
                "\"mask\": null | \"mask\": {\"kind\": \"bool\", \"input\": \"m\"} | inputs must hold m",
                "\"file\": \"q.npy\" | \"file\": \"../q.npy\" | inputs.q.file must be the name of a .npy file",
                "\"file\": \"q.npy\" | \"file\": \"none.npy\" | there is no such file",
                "\"axes\": \"BHSD\", \"shape\": [1, 1, 1, 1] | \"axes\": \"BHSD\", \"shape\": [1, 1, 1] | array of 4",
                "\"dtype\": \"float64\" | \"dtype\": \"float32\" | dtype float32 is stored as <f4: got <f8",
                "\"attributes\": | \"attribute\": | attributes must be an object: got nothing",
                "{ | [ | must be JSON",
            })
    void malformedCasesFailOnOneLine(String from, String to, String message) throws IOException {
        replace(from, to);
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, run());
        assertTrue(failed.what().contains(message), failed.what());
        assertEquals(1, failed.what().lines().count());
        assertTrue(Double.isNaN(failed.worstError()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"formatVersion\": 1}", "{\"formatVersion\": 99999999999999}"})
    void noCaseAtAll(String json) throws IOException {
        Files.writeString(folder.resolve("case.json"), json);
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, run());
        assertTrue(failed.what().contains("case.json: "), failed.what());
    }

    @Test
    void missingCase() {
        Outcome.Failed failed =
                assertInstanceOf(Outcome.Failed.class, GoldenRunner.run(REFERENCE, folder.resolve("x")));
        assertTrue(failed.what().endsWith("case.json: there is no such file"), failed.what());
    }

    @Test
    void everyTruncationOfATensorFails() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("v.npy"));
        for (int length = 0; length < whole.length; length++) {
            Files.write(folder.resolve("v.npy"), java.util.Arrays.copyOf(whole, length));
            Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, run());
            assertTrue(failed.what().contains("v.npy: "), failed.what());
        }
    }

    @Test
    void unavailableBackendsRunNothing() {
        AttentionBackend absent = new Delegate() {
            @Override
            public Availability availability() {
                return new Availability.Unavailable("it is not here", "install it");
            }
        };
        assertEquals(
                new Outcome.Unsupported("delegate is unavailable: it is not here; install it"),
                GoldenRunner.run(absent, folder));
    }

    @Test
    void viewsOfBuffersAreStrides() throws IOException {
        HandMadeCase.array(folder.resolve("v.npy"), new double[] {Double.NaN, 2, Double.NaN, 1}, 4);
        replace(
                "\"file\": \"v.npy\", \"dtype\": \"float64\", \"axes\": \"BHSD\", \"shape\": [1, 1, 2, 1]",
                "\"file\": \"v.npy\", \"dtype\": \"float64\", \"axes\": \"BHSD\", \"shape\": [1, 1, 2, 1],"
                        + " \"offset\": 1, \"strides\": [4, 4, 2, 1], \"bufferLength\": 4");
        assertEquals(new Outcome.Passed(), run());
        replace("\"offset\": 1", "\"offset\": 2");
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, run());
        assertTrue(failed.what().contains("a tensor must lie within its segment"), failed.what());
    }

    @Test
    void theSuiteListsWhatIsThereAndWhatShouldBe() throws IOException {
        Path suite = folder.resolve("suite");
        HandMadeCase.write(Files.createDirectories(suite.resolve("b")));
        Files.writeString(suite.resolve("index.json"), "{\"cases\": [{\"dir\": \"a\"}, {\"dir\": \"b\"}]}");
        assertEquals(List.of(suite.resolve("a"), suite.resolve("b")), new GoldenSuite(suite).cases());
    }

    @Test
    void theSuiteIsFoundByNameOrBesideAParent() throws IOException {
        Path suite = Files.createDirectories(folder.resolve("shared").resolve("conformance"));
        Path module =
                Files.createDirectories(folder.resolve("project").resolve("src").resolve("module"));
        assertEquals(Optional.of(new GoldenSuite(suite)), GoldenSuite.find(Optional.empty(), module));
        assertEquals(Optional.of(new GoldenSuite(module)), GoldenSuite.find(Optional.of(module.toString()), module));
        String nowhere = folder.resolve("nowhere").toString();
        assertThrows(CaseFormatException.class, () -> GoldenSuite.find(Optional.of(nowhere), module));
    }

    @Test
    void lengthsBeyondTheFilesAllocateNothing() throws IOException {
        replace("\"kvLens\": [2]", "\"kvLens\": [2147483647]");
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, run());
        assertTrue(failed.what().contains("kvLens[0]=2147483647"), failed.what());
    }

    private abstract static class Delegate implements AttentionBackend {
        @Override
        public String name() {
            return "delegate";
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public Availability availability() {
            return REFERENCE.availability();
        }

        @Override
        public Support support(AttentionSpec spec) {
            return REFERENCE.support(spec);
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            return REFERENCE.plan(spec, sizes, options);
        }
    }
}
