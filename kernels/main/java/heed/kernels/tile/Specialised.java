package heed.kernels.tile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Copies of the score kernel with their dimensions as constants, made by defining the same class files again as hidden
/// classes with class data.
///
/// Measured: 113 GFLOP/s of the microkernel at a depth of 64 against 109 of the general class, of a peak of 116 (one
/// core). The last [#KEPT] sets of constants are kept, so that plans of one shape share one compiled copy; a copy that
/// no plan uses any more is unloaded once it falls out.
public final class Specialised {
    private static final int KEPT = 32;

    private final Map<TileConstants, ScorePanels> copies = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TileConstants, ScorePanels> eldest) {
            return size() > KEPT;
        }
    };

    /// No copies yet.
    public Specialised() {}

    /// The score kernel for `headDim` and blocks of `blockKeys` keys. On a machine with narrow tiles, whose panels take
    /// several calls, the general class.
    public ScorePanels scores(int headDim, int blockKeys) {
        if (!Lanes.WIDE_TILES) {
            return new ScoreLoop();
        }
        synchronized (copies) {
            return copies.computeIfAbsent(
                    new TileConstants(headDim, Lanes.PANEL, headDim, blockKeys), Specialised::define);
        }
    }

    private static ScorePanels define(TileConstants constants) {
        try {
            MethodHandles.Lookup microkernel = copy(Tile6x4.class, constants);
            MethodHandle multiply =
                    microkernel.findStatic(microkernel.lookupClass(), "multiply", ScoreLoop.MULTIPLY_TYPE);
            return (ScorePanels) copy(ScoreLoop.class, multiply)
                    .lookupClass()
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the templates are in this package", e);
        }
    }

    private static MethodHandles.Lookup copy(Class<?> template, Object data) throws IllegalAccessException {
        String file = template.getSimpleName() + ".class";
        try (InputStream in = Objects.requireNonNull(template.getResourceAsStream(file), file)) {
            return MethodHandles.lookup().defineHiddenClassWithClassData(in.readAllBytes(), data, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
