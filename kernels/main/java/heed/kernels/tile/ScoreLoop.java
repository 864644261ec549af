package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// The loops around the microkernel for the scores of a tile, `scores = query · keyᵀ`: the driver that is
/// specialised together with its microkernel.
///
/// Nobody can name a hidden class, and the compiler inlines no method of more than 325 bytecodes, so constants would
/// stop at the call of the microkernel. Hence each is a hidden copy of its own, and the driver holds the microkernel
/// as a `static final` method handle, which the compiler calls directly.
public final class ScoreLoop implements ScorePanels {
    /// `(a, aAt, aStride, b, bAt, depth, c, cAt, cStride)`
    static final MethodType MULTIPLY_TYPE = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class);

    private static final MethodHandle MULTIPLY = multiply(MethodHandles.lookup());

    /// Made by reflection in a hidden copy.
    public ScoreLoop() {}

    private static MethodHandle multiply(MethodHandles.Lookup lookup) {
        try {
            MethodHandle general = lookup.findStatic(PanelMultiply.class, "multiply", MULTIPLY_TYPE);
            return Specialised.data(lookup, MethodHandle.class, general);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("both are in this package", e);
        }
    }

    @Override
    public void scores(
            float[] query,
            int headDim,
            float[] keys,
            int keysAt,
            float[] scores,
            int scoresAt,
            int blockKeys,
            int[] from,
            int[] to,
            int groups) {
        for (int column = 0; column < blockKeys; column += PANEL) {
            for (int g = 0; g < groups; g++) {
                if (from[g] <= column && column < to[g]) {
                    int cAt = scoresAt + g * ROWS * blockKeys + column;
                    call(query, g * ROWS * headDim, headDim, keys, keysAt + column * headDim, scores, cAt, blockKeys);
                }
            }
        }
    }

    private static void call(
            float[] query, int queryAt, int headDim, float[] keys, int keysAt, float[] scores, int at, int blockKeys) {
        try {
            MULTIPLY.invokeExact(query, queryAt, headDim, keys, keysAt, headDim, scores, at, blockKeys);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new AssertionError("a microkernel declares no checked exception", impossible);
        }
    }
}
