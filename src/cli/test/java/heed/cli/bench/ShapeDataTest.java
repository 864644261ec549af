package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.KeyLayout;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How many caches there are, and that they differ.
final class ShapeDataTest {
    @ParameterizedTest
    @CsvSource({
        "32/8;1/64;16;65536, 1000000, 16", // 65,536 bytes each
        "32/8;1/64;16;65536, 65535, 1",
        "32/8;1/64;16;65536, 65536, 2",
        "1/1;1/16;128;16384, 1000000, 1", // what a call costs
        "8/8;64/64;16;65536, 1000000, 1", // prefill
    })
    void decodeCachesExceedWhatIsAsked(String shapeAndBytes, long exceeded, int caches) {
        String[] parts = shapeAndBytes.split(";");
        BenchShape shape = BenchShape.parse(parts[0] + "," + parts[1] + "," + parts[2]);
        assertEquals(Long.parseLong(parts[3]), shape.kvBytes());
        try (ShapeData data = new ShapeData(shape, exceeded)) {
            assertEquals(caches, data.arguments(KeyLayout.rows()).size());
            assertEquals(caches, data.arguments(KeyLayout.panels(8)).size());
        }
    }

    @Test
    void theSameNoiseComesEachTimeInRowsAndInPanels() {
        try (ShapeData rows = new ShapeData(BenchShape.parse("2/1,1/32,64,int8"), 0);
                ShapeData panels = new ShapeData(BenchShape.parse("2/1,1/32,64,int8,panels"), 0)) {
            assertEquals(
                    -1,
                    rows.first()
                            .key()
                            .elements()
                            .segment()
                            .mismatch(panels.first().key().elements().segment()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3/3,1/8,32", "3/3,1/8,32,int8", "3/3,1/8,32,batch=3"})
    void aCacheBeginsWithTheNextHeadOrSequenceOfTheOneBefore(String text) {
        BenchShape shape = BenchShape.parse(text);
        try (ShapeData data = new ShapeData(shape, 0);
                Caches caches = new Caches(shape, data.first(), KeyLayout.rows(), 4)) {
            for (int n = 1; n < 3; n++) {
                MemorySegment before = keys(caches, n - 1);
                long part = before.byteSize() / 3;
                assertEquals(0, keys(caches, n).mismatch(before), "they differ from the first byte on");
                assertEquals(-1, MemorySegment.mismatch(keys(caches, n), 0, 2 * part, before, part, 3 * part));
            }
            assertEquals(-1, keys(caches, 3).mismatch(keys(caches, 0)));
        }
    }

    private static MemorySegment keys(Caches caches, int n) {
        return caches.all().get(n).key().elements().segment();
    }
}
