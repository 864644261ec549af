package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import heed.kernels.ForcedWidth;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Loads of stored elements: every bit pattern of the short types, at every place of a vector.
@ExtendWith(ForcedWidth.class)
final class StoredTest {
    /// Those that this width can load: four bytes fill no vector of the JDK's.
    static List<StoredType> types() {
        return Stream.of(StoredType.values())
                .filter(type -> type != StoredType.INT8 || WIDTH >= Long.BYTES)
                .toList();
    }

    /// All patterns of the type, twice; of f32 as many, spread over its range.
    private static int patterns(StoredType type) {
        return 2 << (type == StoredType.INT8 ? Byte.SIZE : Short.SIZE);
    }

    @ParameterizedTest
    @MethodSource("types")
    void loadsEveryPatternExactly(StoredType type) {
        int count = patterns(type);
        StoredChunk chunk = StoredChunk.of(type, count);
        for (int n = 0; n < count; n++) {
            StoredOperand.setBits(type, chunk, n, pattern(type, n));
        }
        for (int shift = 0; shift < WIDTH; shift++) {
            check(type, chunk, shift, count);
        }
    }

    private static int pattern(StoredType type, int n) {
        return type == StoredType.F32 ? n * 0x9e37_79b1 : n;
    }

    private static void check(StoredType type, StoredChunk chunk, int shift, int count) {
        float[] loaded = new float[WIDTH];
        boolean isEnd = false;
        for (int n = shift; n + WIDTH <= count; n += WIDTH) {
            Stored.load(type, chunk, n).intoArray(loaded, 0);
            for (int lane = 0; lane < WIDTH; lane++) {
                float exact = StoredOperand.decode(type, pattern(type, n + lane));
                boolean isSame = Float.isNaN(exact)
                        ? Float.isNaN(loaded[lane])
                        : Float.floatToRawIntBits(exact) == Float.floatToRawIntBits(loaded[lane]);
                if (!isSame) {
                    fail("%s %x is %a, loaded as %a".formatted(type, pattern(type, n + lane), exact, loaded[lane]));
                }
            }
            isEnd |= n + WIDTH == count;
        }
        assertTrue(isEnd || shift > 0, "the last element of the chunk must be loaded");
    }
}
