package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Head 0 looks at key 2 alone, head 1 at all keys alike.
final class InspectCommandTest {
    private static final int ROWS = 300;

    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        float[] query = new float[2 * ROWS * 2];
        java.util.Arrays.fill(query, 0, ROWS * 2, 100);
        float[] key = new float[2 * 5 * 2];
        key[2 * 2] = 1;
        NpyFile.write(folder.resolve("q.npy"), Tensor.of(query, 1, 2, ROWS, 2));
        NpyFile.write(folder.resolve("k.npy"), Tensor.of(key, 1, 2, 5, 2));
    }

    private Run inspect(Object... more) {
        List<Object> words = new java.util.ArrayList<>(
                List.of("inspect", folder.resolve("q.npy"), folder.resolve("k.npy"), "--backend", "reference"));
        words.addAll(List.of(more));
        return Run.of(words.toArray());
    }

    @Test
    void eachHeadIsALine() {
        Run run = inspect("--first-keys", "3");
        assertEquals(Exit.DONE, run.exit(), run.err());
        List<String> lines = run.out().lines().toList();
        assertEquals(3, lines.size(), run.out());
        assertTrue(lines.get(1).contains("2 (100.0 %)"), run.out());
        assertTrue(lines.get(2).contains("1.609"), "ln 5: " + run.out());
        assertTrue(lines.get(2).contains("0.6000"), "3 of 5 keys: " + run.out());
    }

    @Test
    void asManyKeysAreToldAsAreAskedFor() {
        Run one = inspect("--top-keys", "1");
        assertTrue(one.outLines().get(2).strip().endsWith("0 (20.0 %)"), one.out());
        Run two = inspect("--top-keys", "2");
        assertTrue(two.outLines().get(2).strip().endsWith("0 (20.0 %), 1 (20.0 %)"), two.out());
        Run none = inspect("--top-keys", "-1");
        assertEquals(Exit.USAGE, none.exit());
        assertTrue(none.err().contains("count=-1"), none.err());
    }

    /// 300 rows in cells of 3 are 100, the 5 keys 5.
    @Test
    void thePageHoldsAMapOfEachHead() throws IOException {
        Run run = inspect("--out", folder.resolve("page.html"));
        assertEquals(Exit.DONE, run.exit(), run.err());
        String page = Files.readString(folder.resolve("page.html"));
        Matcher maps = Pattern.compile("<canvas width=\"(\\d+)\" height=\"(\\d+)\" data-cells=\"([^\"]+)\"")
                .matcher(page);
        assertTrue(maps.find(), page);
        assertEquals("5", maps.group(1));
        assertEquals("100", maps.group(2));
        byte[] cells = Base64.getDecoder().decode(maps.group(3));
        assertEquals(500, cells.length);
        assertEquals((byte) 255, cells[2]);
        assertEquals(0, cells[1]);
        assertTrue(maps.find(), "a second head");
        assertEquals((byte) 255, Base64.getDecoder().decode(maps.group(3))[499]);
    }

    @Test
    void aWrongTargetIsRefusedBeforeAnythingIsComputed() {
        Run run = inspect("--out", folder.resolve("page.txt"));
        assertEquals(Exit.USAGE, run.exit());
        assertTrue(run.err().contains("--out must be a .html file"), run.err());
        assertFalse(Files.exists(folder.resolve("page.txt")));
    }
}
