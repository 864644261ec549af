package heed.kernels.tile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/// Copies of kernels with what a plan fixes as constants, made by defining the same class files again as hidden
/// classes with class data.
///
/// | kernel        | constants         | why |
/// |---------------|-------------------|---|
/// | [Tile6x4]     | strides and depth | 113 against 109 GFLOP/s at depth 64, of a peak of 116 |
/// | [Tile6x2]     | strides and depth | one index for all rows of a step: 97 against 93 of 101 |
/// | [DecodeGroup], [DecodeRow] | stored type, dims | no range checks, one index for all rows |
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

    /// The tile of a full panel with what is constant in `constants`.
    public RegisterTile tile(TileConstants constants) {
        Class<?> template = Lanes.WIDE_TILES ? Tile6x4.class : Tile6x2.class;
        return kept(constants, RegisterTile.class, () -> newInstance(copy(template, constants), RegisterTile.class));
    }

    /// The decode kernels for `constants.rows()` query rows: [DecodeGroup#ROWS], or 1.
    public DecodeKernels decode(DecodeConstants constants) {
        Class<?> template = constants.rows() == 1 ? DecodeRow.class : DecodeGroup.class;
        return kept(constants, DecodeKernels.class, () -> newInstance(copy(template, constants), DecodeKernels.class));
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
