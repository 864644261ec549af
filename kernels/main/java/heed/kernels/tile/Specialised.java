package heed.kernels.tile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/// Copies of kernels with what a plan fixes as constants, made by defining the same class files again as hidden
/// classes with class data.
///
/// | kernel        | constants                            | why |
/// |---------------|--------------------------------------|---|
/// | [ScoreLoop]   | strides and depth of a score product | 113 against 109 GFLOP/s at depth 64, of a peak of 116 |
/// | [StoredLoops] | element type, dims                   | one conversion in the loop, no range checks |
///
/// The last [#KEPT] sets of constants are kept, so that plans of one shape share one compiled copy; a copy that no
/// plan uses any more is unloaded once it falls out.
public final class Specialised {
    private static final int KEPT = 32;

    private final Map<Object, Object> copies = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Object> eldest) {
            return size() > KEPT;
        }
    };

    /// No copies yet.
    public Specialised() {}

    /// The score kernel for `headDim` and blocks of `blockKeys` keys. On a machine with narrow tiles, which constant
    /// strides slow down (see [Tile6x2]), the general class.
    public ScorePanels scores(int headDim, int blockKeys) {
        if (!Lanes.WIDE_TILES) {
            return new ScoreLoop();
        }
        TileConstants constants = new TileConstants(headDim, headDim, blockKeys);
        return kept(constants, ScorePanels.class, () -> {
            MethodHandle multiply = method(copy(Tile6x4.class, constants), "multiply", ScoreLoop.MULTIPLY_TYPE);
            return newInstance(copy(ScoreLoop.class, multiply), ScorePanels.class);
        });
    }

    /// The kernels for keys and values of one type and of these dims.
    public StoredKernels stored(StoredConstants constants) {
        return kept(
                constants,
                StoredKernels.class,
                () -> newInstance(copy(StoredLoops.class, constants), StoredKernels.class));
    }

    private <K> K kept(Object constants, Class<K> kind, Supplier<K> define) {
        synchronized (copies) {
            return kind.cast(copies.computeIfAbsent(constants, _ -> define.get()));
        }
    }

    /// What the hidden copy that `lookup` belongs to was defined with; `none` in the class as loaded.
    static <T> T data(MethodHandles.Lookup lookup, Class<T> type, T none) {
        try {
            T given = MethodHandles.classData(lookup, "_", type);
            return given == null ? none : given;
        } catch (IllegalAccessException e) {
            throw new AssertionError("a class may read its own data", e);
        }
    }

    private static MethodHandle method(MethodHandles.Lookup lookup, String name, java.lang.invoke.MethodType type) {
        try {
            return lookup.findStatic(lookup.lookupClass(), name, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the templates are in this package", e);
        }
    }

    private static <K> K newInstance(MethodHandles.Lookup copy, Class<K> kind) {
        try {
            return kind.cast(copy.lookupClass().getConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the templates are in this package", e);
        }
    }

    private static MethodHandles.Lookup copy(Class<?> template, Object data) {
        String file = template.getSimpleName() + ".class";
        try (InputStream in = Objects.requireNonNull(template.getResourceAsStream(file), file)) {
            return MethodHandles.lookup().defineHiddenClassWithClassData(in.readAllBytes(), data, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalAccessException e) {
            throw new AssertionError("the templates are in this package", e);
        }
    }
}
