package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keys and values of every type and layout at the door, and read back through a call.
final class StoredTypesTest {
    private static final int HEADS = 2;
    private static final int DIM = 32;
    private static final int KEYS = 6;
    private static final int WIDTH = 4;

    private record Nothing() implements CheckedPlan.Workspace {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /// A plan that hands the call to a test.
    private static final class Looking extends CheckedPlan<Nothing> {
        private final Consumer<AttentionCall> look;

        Looking(AttentionSpec spec, Consumer<AttentionCall> look) {
            super("looking", spec, new AttentionSizes(2, 3, 2 * KEYS), 1, Nothing::new);
            this.look = look;
        }

        @Override
        protected void execute(AttentionCall call, Nothing workspace) {
            look.accept(call);
        }
    }

    private static AttentionSpec spec(ElementType type, KeyLayout layout) {
        return AttentionSpec.builder(HEADS, DIM).kvType(type).keyLayout(layout).build();
    }

    private static Tensor zeros(ElementType type, int... shape) {
        long bytes = type.bytes();
        for (int size : shape) {
            bytes *= size;
        }
        return Tensor.of(Arena.ofAuto().allocate(Math.max(8, bytes), 8), type, shape);
    }

    private static AttentionArguments arguments(AttentionSpec spec, int batch) {
        ElementType type = spec.kvType();
        int units = type.unitsOf(DIM);
        AttentionArguments arguments = new AttentionArguments()
                .query(zeros(ElementType.F32, batch, HEADS, 3, DIM))
                .key(
                        switch (spec.keyLayout()) {
                            case KeyLayout.Rows _ -> zeros(type, batch, HEADS, KEYS, units);
                            case KeyLayout.Panels(int width) -> zeros(type, batch, HEADS, 2, units, width);
                        })
                .value(zeros(type, batch, HEADS, KEYS, units))
                .output(zeros(ElementType.F32, batch, HEADS, 3, DIM));
        return switch (type) {
            case INT8 ->
                arguments
                        .keyScale(zeros(ElementType.F32, batch, HEADS, KEYS))
                        .valueScale(zeros(ElementType.F16, batch, HEADS, KEYS));
            case INT4 ->
                arguments
                        .keyScale(zeros(ElementType.F32, batch, HEADS, KEYS, 1))
                        .valueScale(zeros(ElementType.F16, batch, HEADS, KEYS, 1));
            case BOOL, F16, BF16, F32, F64 -> arguments;
        };
    }

    private static void refused(
            String message, ElementType type, KeyLayout layout, UnaryOperator<AttentionArguments> spoil) {
        AttentionSpec spec = spec(type, layout);
        try (AttentionPlan plan = new Looking(spec, _ -> {})) {
            assertRefused(message, () -> plan.run(spoil.apply(arguments(spec, 2))));
        }
    }

    @Test
    void scalesThatDoNotFitAreRefused() {
        KeyLayout rows = KeyLayout.rows();
        refused("keyScale must be given: call AttentionArguments.keyScale", ElementType.INT8, rows, a -> {
            a.keyScale = null;
            return a;
        });
        refused("valueScale must be given: call AttentionArguments.valueScale", ElementType.INT4, rows, a -> {
            a.valueScale = null;
            return a;
        });
        refused(
                "keyScale was given but the spec has none: build the spec with a quantised kvType",
                ElementType.F16,
                rows,
                a -> a.keyScale(zeros(ElementType.F32, 2, HEADS, KEYS)));
        refused(
                "keyScale must be [batch, kvHeads, kvLen] = [2, 2, 6]: keyScale=F32[2, 2, 5]",
                ElementType.INT8,
                rows,
                a -> a.keyScale(zeros(ElementType.F32, 2, HEADS, KEYS - 1)));
        refused(
                "valueScale must be [batch, kvHeads, kvLen, dim / 32] = [2, 2, 6, 1]: valueScale=F32[2, 2, 6]",
                ElementType.INT4,
                rows,
                a -> a.valueScale(zeros(ElementType.F32, 2, HEADS, KEYS)));
        refused(
                "keyScale must have elements of a floating-point type: keyScale=INT8[2, 2, 6]",
                ElementType.INT8,
                rows,
                a -> a.keyScale(zeros(ElementType.INT8, 2, HEADS, KEYS)));
    }

    @Test
    void scalesInDeadOrSharedMemoryAreRefused() {
        MemorySegment dead;
        try (Arena arena = Arena.ofConfined()) {
            dead = arena.allocate(1 << 10, 8);
        }
        refused(
                "keyScale must be alive: its arena is closed, keyScale=F32[2, 2, 6]",
                ElementType.INT8,
                KeyLayout.rows(),
                a -> a.keyScale(Tensor.of(dead, ElementType.F32, 2, HEADS, KEYS)));
        refused(
                "output must not overlap valueScale: give it memory of its own, output=F32[2, 2, 3, 32],"
                        + " valueScale=F32[2, 2, 6]",
                ElementType.INT8,
                KeyLayout.panels(WIDTH),
                a -> a.valueScale(
                        Tensor.of(Objects.requireNonNull(a.output).segment(), ElementType.F32, 2, HEADS, KEYS)));
    }

    @Test
    void panelsThatDoNotFitAreRefused() {
        KeyLayout panels = KeyLayout.panels(WIDTH);
        String rule = "key must be [batch, kvHeads, panels, headDim, width] = [2, 2, at least 2 for 6 keys, 32, 4]: ";
        refused(
                rule + "key=F16[2, 2, 6, 32]",
                ElementType.F16,
                panels,
                a -> a.key(zeros(ElementType.F16, 2, HEADS, KEYS, DIM)));
        refused(
                rule + "key=F16[2, 2, 1, 32, 4]",
                ElementType.F16,
                panels,
                a -> a.key(zeros(ElementType.F16, 2, HEADS, 1, DIM, WIDTH)));
        refused(
                rule + "key=F16[2, 2, 2, 32, 8]",
                ElementType.F16,
                panels,
                a -> a.key(zeros(ElementType.F16, 2, HEADS, 2, DIM, 8)));
        refused(
                "key must be [batch, kvHeads, panels, headDim / 2, width] = [2, 2, at least 2 for 6 keys, 16, 4]:"
                        + " key=INT4[2, 2, 2, 32, 4]",
                ElementType.INT4,
                panels,
                a -> a.key(zeros(ElementType.INT4, 2, HEADS, 2, DIM, WIDTH)));
        refused(
                "the panels of key must be contiguous, strides 16 and 4 along their dims and keys: strides 4 and 128,"
                        + " key=F32[2, 2, 2, 32, 4]",
                ElementType.F32,
                panels,
                a -> a.key(zeros(ElementType.F32, 2, HEADS, 2, WIDTH, DIM).permute(0, 1, 2, 4, 3)));
        refused(
                "value must be [batch, kvHeads, kvLen, valueDim]: value=F32[2, 2, 2, 32, 4]",
                ElementType.F32,
                panels,
                a -> a.value(zeros(ElementType.F32, 2, HEADS, 2, DIM, WIDTH)));
    }

    @Test
    void furtherPanelsThanNeededAndAnyOuterStridesAreTaken() {
        AttentionSpec spec = spec(ElementType.F32, KeyLayout.panels(WIDTH));
        try (AttentionPlan plan = new Looking(spec, _ -> {})) {
            plan.run(arguments(spec, 2)
                    .key(zeros(ElementType.F32, 2, 9, HEADS, DIM, WIDTH).permute(0, 2, 1, 3, 4)));
        }
    }

    @Test
    void raggedSequencesBeginAPanel() {
        AttentionSpec spec = spec(ElementType.F32, KeyLayout.panels(WIDTH));
        List<Long> panelOf = new ArrayList<>();
        try (AttentionPlan plan = new Looking(spec, call -> {
            panelOf.add(call.keyPanelAt(0, 1, 0));
            panelOf.add(call.keyPanelAt(1, 1, 0));
        })) {
            AttentionArguments arguments = arguments(spec, 1);
            SequenceLengths lengths = new SequenceLengths(2).queryStarts(0, 1, 3);
            plan.run(arguments.lengths(lengths.kvStarts(0, 4, 6)));
            assertRefused(
                    "kvStarts must be multiples of the panel width 4, so that each sequence begins a panel: kvStarts[1]=3;"
                            + " pad sequences on the batch axis and give kvLens, or keep keys in rows",
                    () -> plan.run(arguments.lengths(lengths.kvStarts(0, 3, 6))));
        }
        long panel = 4L * DIM * WIDTH;
        assertEquals(List.of(2 * panel, 3 * panel), panelOf);
    }

    @Test
    void reportsCountWhatIsStored() {
        int kept = 2 * KEYS * HEADS;
        int floats = 4 * (2 * HEADS * 3 * DIM + 2 * HEADS * 3 * DIM);
        assertEquals(floats + 2L * kept * 2 * DIM, bytesOf(ElementType.BF16));
        assertEquals(floats + (long) kept * (2 * DIM + 4 + 2), bytesOf(ElementType.INT8));
        assertEquals(floats + (long) kept * (DIM + 4 + 2), bytesOf(ElementType.INT4));
    }

    private static long bytesOf(ElementType type) {
        AttentionSpec spec = spec(type, KeyLayout.panels(WIDTH));
        CallReport report = new CallReport();
        try (AttentionPlan plan = new Looking(spec, _ -> {})) {
            plan.run(arguments(spec, 2).report(report));
        }
        return report.bytes();
    }

    /// Each layout gives the rows that were stored, and of a quantised type what they are worth.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BOOL")
    void rowsAreReadBack(ElementType type) {
        Tensor source = source();
        double[][] inRows = keysOf(source, spec(type, KeyLayout.rows()));
        double[][] inPanels = keysOf(source, spec(type, KeyLayout.panels(WIDTH)));
        for (int j = 0; j < KEYS; j++) {
            assertArrayEquals(inRows[j], inPanels[j]);
            // The largest element of its row, which every type and scale can hold; the others, up to a step
            // of INT4.
            assertEquals(j + 1, inRows[j][0], 1e-6);
            for (int d = 0; d < DIM; d++) {
                assertEquals(source.get(0, 1, j, d), inRows[j][d], type == ElementType.INT4 ? (j + 1) / 7.0 : 0.05);
            }
        }
    }

    private static Tensor source() {
        Tensor source = zeros(ElementType.F64, 1, HEADS, KEYS, DIM);
        Random random = new Random(5);
        for (int n = 0; n < HEADS * KEYS * DIM; n++) {
            int j = n / DIM % KEYS;
            source.set(n % DIM == 0 ? j + 1 : random.nextDouble(-1, 1), 0, n / DIM / KEYS, j, n % DIM);
        }
        return source;
    }

    private static double[][] keysOf(Tensor source, AttentionSpec spec) {
        AttentionArguments arguments = arguments(spec, 1);
        Tensor rows = zeros(spec.kvType(), 1, HEADS, KEYS, spec.kvType().unitsOf(DIM));
        if (spec.kvType().isQuantised()) {
            Quantiser.fill(source, rows, Objects.requireNonNull(arguments.keyScale));
        } else {
            for (int n = 0; n < HEADS * KEYS * DIM; n++) {
                int[] at = {0, n / DIM / KEYS, n / DIM % KEYS, n % DIM};
                rows.set(source.get(at), at);
            }
        }
        if (spec.keyLayout() instanceof KeyLayout.Panels) {
            KeyPanels.fill(rows, Objects.requireNonNull(arguments.key));
        } else {
            arguments.key(rows);
        }
        double[][] read = new double[KEYS][DIM];
        try (AttentionPlan plan = new Looking(spec, call -> {
            for (int j = 0; j < KEYS; j++) {
                call.readKey(0, 1, j, read[j]);
            }
        })) {
            plan.run(arguments);
        }
        return read;
    }
}
