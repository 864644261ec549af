package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The check of a measured row: it accepts what is right and nothing else.
final class RowCheckTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 65, 127, 512, 2048, 5000})
    void theSampleHasEnoughRowsFirstAndLastAmongThem(int queryLen) {
        int[] rows = SampledRows.of(queryLen);
        assertEquals(Math.min(queryLen, SampledRows.MOST), rows.length);
        assertEquals(0, rows[0]);
        assertEquals(queryLen - 1, rows[rows.length - 1]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4/2,70/90,8,causal",
                "2/2,70/70,8",
                "4/4,1/50,8,f64",
                "4/2,1/50,8,f16",
                "4/2,30/50,8,bf16,batch=2",
                "4/2,1/50,8,int8,batch=3",
                "4/2,5/50,64,causal,int4",
                "4/2,1/50,32,int4,batch=2",
            })
    void theCheckAcceptsTheReferenceAndNoticesOneWrongElement(String text) {
        BenchShape shape = BenchShape.parse(text);
        Attention attention = Attention.load().use("reference");
        try (ShapeData data = new ShapeData(shape, 0)) {
            RowCheck check = new RowCheck(shape, data, attention.backend("reference"));
            attention.run(
                    shape.spec(KeyLayout.rows()),
                    data.arguments(KeyLayout.rows()).getFirst());
            Tensor output = data.output();
            assertTrue(check.maxError(output) <= check.tolerance());
            int last = shape.batch() * shape.queryLen() - 1;
            output.set(output.get(0, 1, last, 3) + 2 * check.tolerance(), 0, 1, last, 3);
            assertTrue(check.maxError(output) > check.tolerance());
            output.set(Double.NaN, 0, 1, last, 3);
            assertFalse(check.maxError(output) <= check.tolerance());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4/2,1/50,8,f32", "4/2,1/48,8,f16,batch=2", "4/2,1/50,8,int8", "4/2,1/50,64,int4"})
    void everyLayoutAndEveryCacheHoldsTheSameProblem(String text) {
        BenchShape shape = BenchShape.parse(text);
        AttentionBackend reference = Attention.load().backend("reference");
        try (ShapeData data = new ShapeData(shape, 3 * shape.kvBytes())) {
            RowCheck check = new RowCheck(shape, data, reference);
            for (KeyLayout layout : new KeyLayout[] {KeyLayout.rows(), KeyLayout.panels(16), KeyLayout.rows()}) {
                var caches = data.arguments(layout);
                assertEquals(shape.kvBytes() > 32 << 10 ? 4 : 1, caches.size());
                data.forgetOutput();
                assertFalse(check.maxError(data.output()) <= check.tolerance());
                try (var plan = reference.plan(shape.spec(layout), shape.sizes(), PlanOptions.DEFAULT)) {
                    plan.run(caches.getFirst());
                }
                assertTrue(check.maxError(data.output()) <= check.tolerance());
            }
        }
    }
}
