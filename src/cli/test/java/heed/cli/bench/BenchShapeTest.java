package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.CallReport;
import heed.attention.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Shapes: their text, and their arithmetic against what the library counts.
final class BenchShapeTest {
    @ParameterizedTest
    @ValueSource(strings = {"8/8,64/64,16,f32", "4/2,3/100,8,causal,f32", "4/1,9/5,8,causal,f32", "2/2,5/9,3,f64"})
    void textAndFlopsAgreeWithTheLibrary(String text) {
        BenchShape shape = BenchShape.parse(text);
        assertEquals(text, shape.toString());

        CallReport report = new CallReport();
        try (ShapeData data = new ShapeData(shape, 0)) {
            Attention.load()
                    .use("reference")
                    .run(shape.spec(), data.arguments().getFirst().report(report));
        }
        assertEquals(report.flops(), shape.flops());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 65, 127, 512, 2048, 5000})
    void theSampleHasEnoughRowsFirstAndLastAmongThem(int queryLen) {
        int[] rows = RowCheck.sample(queryLen);
        assertEquals(Math.min(queryLen, RowCheck.ROWS), rows.length);
        assertEquals(0, rows[0]);
        assertEquals(queryLen - 1, rows[rows.length - 1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4/2,70/90,8,causal", "2/2,70/70,8", "4/4,1/50,8,f64"})
    void theCheckAcceptsTheReferenceAndNoticesOneWrongElement(String text) {
        BenchShape shape = BenchShape.parse(text);
        try (ShapeData data = new ShapeData(shape, 0)) {
            Attention attention = Attention.load().use("reference");
            RowCheck check = RowCheck.of(shape, data, attention.backend("reference"));
            AttentionArguments arguments = data.arguments().getFirst();
            attention.run(shape.spec(), arguments);
            Tensor output = data.output();
            org.junit.jupiter.api.Assertions.assertTrue(check.maxError(output) <= check.tolerance());
            output.set(output.get(0, 1, 0, 3) + 2 * check.tolerance(), 0, 1, 0, 3);
            org.junit.jupiter.api.Assertions.assertTrue(check.maxError(output) > check.tolerance());
            output.set(Double.NaN, 0, 1, 0, 3);
            org.junit.jupiter.api.Assertions.assertFalse(check.maxError(output) <= check.tolerance());
        }
    }
}
