package heed.cli;

import static heed.cli.AttendFiles.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.ElementType;
import heed.attention.Quantiser;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lengths, types and layouts of `heed attend`, each against another way to say the same.
final class AttendStorageTest {
    private static final int DIM = 32;

    @TempDir
    Path folder = Path.of("");

    private AttendFiles files = new AttendFiles(folder);

    @BeforeEach
    void writeInputs() throws IOException {
        files = new AttendFiles(folder);
        files.write("q.npy", noise(1, 4, 6, DIM));
        files.write("k.npy", noise(1, 2, 8, DIM));
        files.write("v.npy", noise(1, 2, 8, DIM));
    }

    /// Rows 0 to 3 of the one batch that see keys 0 to 4, then 4 and 5 that see keys 5 to 7.
    @Test
    void sequencesMayLieOneAfterTheOther() throws IOException {
        double[] ragged = files.output(
                "--query-starts", "0,4,6", "--kv-starts", "0,5,8", "--column-mass", folder.resolve("c.npy"));
        assertArrayEquals(new int[] {2, 4, 5}, files.shape("c.npy"));
        Path mask = files.write(
                "mask.npy",
                AttendFiles.flags(6, 8, "11111000", "11111000", "11111000", "11111000", "00000111", "00000111"));
        assertArrayEquals(files.output("--mask", mask), ragged, 1e-6);
    }

    @Test
    void keysOfRaggedQueriesKeepTheirBatchAxis() throws IOException {
        files.write("q.npy", noise(4, 6, DIM));
        double[] all = files.output(
                "--query-starts", "0,4,6", "--kv-starts", "0,5,8", "--column-mass", folder.resolve("c.npy"));
        assertArrayEquals(new int[] {4, 6, DIM}, files.shape("o.npy"));
        assertArrayEquals(new int[] {2, 4, 5}, files.shape("c.npy"));
        assertEquals(4 * 6 * DIM, all.length);
    }

    @Test
    void eachSequenceMayStandElsewhere() throws IOException {
        files.write("q.npy", noise(2, 4, 6, DIM));
        files.write("k.npy", noise(2, 2, 8, DIM));
        files.write("v.npy", noise(2, 2, 8, DIM));
        double[] bottomRight = files.output("--causal", "--kv-lens", "8,7");
        assertArrayEquals(bottomRight, files.output("--causal", "--kv-lens", "8,7", "--align", "2,1"));
    }

    @Test
    void startsAndLensOfOneSideAreRefused() {
        refuses("--query-lens and --query-starts say the same", "--query-lens", "6", "--query-starts", "0,6");
    }

    @Test
    void quantisedKeysComeWithTheirScalesOrAreMade() throws IOException {
        double[] made = files.output("--kv-type", "int8");
        for (String side : new String[] {"k", "v"}) {
            Tensor stored = Tensor.of(MemorySegment.ofArray(new byte[2 * 8 * DIM]), ElementType.INT8, 1, 2, 8, DIM);
            Tensor scale = Tensor.of(new float[2 * 8], 1, 2, 8);
            Quantiser.fill(noise(1, 2, 8, DIM), stored, scale);
            files.write(side + ".npy", stored);
            files.write(side + "s.npy", scale);
        }
        assertArrayEquals(
                made, files.output("--key-scale", folder.resolve("ks.npy"), "--value-scale", folder.resolve("vs.npy")));
    }

    @Test
    void pairsOfFourBitsAreReadAsSuch() throws IOException {
        double[] made = files.output("--kv-type", "int4");
        for (String side : new String[] {"k", "v"}) {
            Tensor stored = Tensor.of(MemorySegment.ofArray(new byte[8 * DIM]), ElementType.INT4, 1, 2, 8, DIM / 2);
            Tensor scale = Tensor.of(new float[2 * 8], 1, 2, 8, 1);
            Quantiser.fill(noise(1, 2, 8, DIM), stored, scale);
            files.write(side + ".npy", stored);
            files.write(side + "s.npy", scale);
        }
        assertArrayEquals(
                made,
                files.output(
                        "--kv-type",
                        "int4",
                        "--key-scale",
                        folder.resolve("ks.npy"),
                        "--value-scale",
                        folder.resolve("vs.npy")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "bf16", "int8"})
    void panelsChangeNoBitOfReference(String type) throws IOException {
        assertArrayEquals(files.output("--kv-type", type), files.output("--kv-type", type, "--panels", "4"));
    }

    @Test
    void valuesWidenedFromHalfAreThemselves() throws IOException {
        double[] half = files.output("--kv-type", "f16");
        for (String side : new String[] {"k", "v"}) {
            Tensor stored = Tensor.of(MemorySegment.ofArray(new short[2 * 8 * DIM]), ElementType.F16, 1, 2, 8, DIM);
            Tensor given = noise(1, 2, 8, DIM);
            for (int n = 0; n < 2 * 8 * DIM; n++) {
                ElementType.F16.write(stored.segment(), 2L * n, given.type().read(given.segment(), 4L * n));
            }
            files.write(side + ".npy", stored);
        }
        assertArrayEquals(half, files.output());
        assertArrayEquals(half, files.output("--kv-type", "f32"));
    }

    /// Pages 1 and 0, four keys each, of which the last two are not there.
    @Test
    void keysMayLieInPages() throws IOException {
        double[] expected = files.output("--kv-lens", "6", "--causal");
        for (String side : new String[] {"k", "v"}) {
            Tensor rows = noise(1, 2, 8, DIM);
            files.write(side + ".npy", pages(rows));
        }
        Path table = NpyBytes.write(folder.resolve("table.npy"), "<i4", "(1, 2)", 1, 0);
        assertArrayEquals(expected, files.output("--page-table", table, "--kv-lens", "6", "--causal"));
        refuses("keys in pages need their number for each sequence", "--page-table", table);
    }

    private static Tensor pages(Tensor rows) {
        long row = DIM * 4L;
        return Tensor.strided(
                rows.segment(), rows.type(), 4 * row, new int[] {2, 2, 4, DIM}, new long[] {-4 * row, 8 * row, row, 4});
    }

    @Test
    void theOutputMayBeOfAnotherType() throws IOException {
        double[] single = files.output("--threads", "1");
        assertArrayEquals(single, files.output("--output-type", "f16"), Math.scalb(1.0, -11));
        assertTrue(new String(files.bytes("o.npy"), java.nio.charset.StandardCharsets.ISO_8859_1).contains("<f2"));
    }

    private void refuses(String part, Object... options) {
        Run run = files.attend(options);
        assertEquals(Exit.USAGE, run.exit(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(part), run.err());
    }
}
