package heed.conformance;

import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.KeyPanels;
import heed.attention.Tensor;
import java.util.Optional;
import java.util.Random;

/// Keys and values as they are stored: drawn, laid out, and what they are worth by the definition.
final class Stored {
    /// Standard deviations of integers drawn evenly: scales bring the values back to about 1.
    private static final double INT8_SPREAD = 74;

    private static final double INT4_SPREAD = 4.6;

    private Stored() {}

    /// Rows of `dim` elements: normal numbers, or integers of which every one occurs, −128 and −8 among them.
    static Tensor rows(Random random, ElementType type, int batch, int heads, int len, int dim) {
        return switch (type) {
            case BOOL, F16, BF16, F32, F64 -> Tensors.normal(random, 1, type, batch, heads, len, dim);
            case INT8 -> Tensors.drawn(() -> random.nextInt(-128, 128), type, batch, heads, len, dim);
            case INT4 -> Tensors.drawn(() -> random.nextInt(256), type, batch, heads, len, type.unitsOf(dim));
        };
    }

    /// The scales of such rows in f32, of either sign; none for types without.
    static Optional<Tensor> scales(Random random, ElementType type, int batch, int heads, int len, int dim) {
        return switch (type) {
            case BOOL, F16, BF16, F32, F64 -> Optional.empty();
            case INT8 ->
                Optional.of(Tensors.drawn(() -> scale(random, INT8_SPREAD), ElementType.F32, batch, heads, len));
            case INT4 ->
                Optional.of(Tensors.drawn(
                        () -> scale(random, INT4_SPREAD), ElementType.F32, batch, heads, len, type.scalesOf(dim)));
        };
    }

    private static double scale(Random random, double spread) {
        return (random.nextBoolean() ? 1 : -1) * random.nextDouble(0.5, 1.5) / spread;
    }

    /// What each element of quantised rows is worth, `scale · q`, in double.
    static Tensor worth(Tensor stored, Tensor scale) {
        int[] shape = stored.shape();
        shape[3] *= stored.type().elementsPerUnit();
        Tensor worth = Tensors.zeros(ElementType.F64, shape);
        Tensors.forEach(shape, at -> worth.set(worth(stored, scale, at[0], at[1], at[2], at[3]), at));
        return worth;
    }

    private static double worth(Tensor stored, Tensor scale, int b, int h, int j, int d) {
        if (stored.type() == ElementType.INT8) {
            return scale.get(b, h, j) * stored.get(b, h, j, d);
        }
        int pair = (int) stored.get(b, h, j, d / 2);
        int nibble = d % 2 == 0 ? pair % 16 : pair / 16;
        return scale.get(b, h, j, d / 32) * (nibble - 8);
    }

    /// Key rows in `layout`; past the last key, panels hold garbage.
    static Tensor laidOut(Tensor rows, KeyLayout layout) {
        return switch (layout) {
            case KeyLayout.Rows _ -> rows;
            case KeyLayout.Panels(int width) -> panels(rows, width, garbage(rows.type()));
        };
    }

    /// NaN, or as large a number as there is.
    static double garbage(ElementType type) {
        return switch (type) {
            case BOOL, F16, BF16, F32, F64 -> Double.NaN;
            case INT8 -> Byte.MAX_VALUE;
            case INT4 -> 255;
        };
    }

    /// Key rows in panels, one more than they need, that hold `filler` elsewhere.
    static Tensor panels(Tensor rows, int width, double filler) {
        int count = Math.ceilDiv(rows.size(2), width) + 1;
        Tensor panels = Tensors.filled(filler, rows.type(), rows.size(0), rows.size(1), count, rows.size(3), width);
        KeyPanels.fill(rows, panels);
        return panels;
    }

    /// Overwrites what lies past the lengths of padded sequences.
    static void spoilPadding(Problem problem) {
        for (int b = 0; b < problem.batch(); b++) {
            spoil(problem.query(), b, problem.queryLens()[b]);
            int keys = problem.kvLens()[b];
            spoil(problem.key(), b, keys);
            spoil(problem.value(), b, keys);
            int sequence = b;
            problem.keyScale().ifPresent(scale -> spoil(scale, sequence, keys));
            problem.valueScale().ifPresent(scale -> spoil(scale, sequence, keys));
        }
    }

    private static void spoil(Tensor tensor, int b, int len) {
        Tensors.fill(tensor.slice(0, b, b + 1).slice(2, len, tensor.size(2)), garbage(tensor.type()));
    }
}
