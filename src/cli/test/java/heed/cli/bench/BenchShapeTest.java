package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.CallReport;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.cli.input.InputException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Shapes: their text, and their arithmetic against what the library counts.
final class BenchShapeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "8/8,64/64,16,f32",
                "4/2,3/100,8,causal,f32",
                "4/1,9/5,8,causal,f32",
                "2/2,5/9,3,f64",
                "4/2,1/20,32,f16",
                "4/2,20/20,8,bf16",
                "4/2,1/20,32,int8,batch=3",
                "4/2,12/20,64,causal,int4,batch=2"
            })
    void textFlopsAndBytesAgreeWithTheLibrary(String text) {
        BenchShape shape = BenchShape.parse(text);
        assertEquals(text, shape.toString());

        CallReport report = new CallReport();
        try (ShapeData data = new ShapeData(shape, 0)) {
            Attention.load()
                    .use("reference")
                    .run(
                            shape.spec(KeyLayout.rows()),
                            data.arguments(KeyLayout.rows()).getFirst().report(report));
        }
        assertEquals(report.flops(), shape.flops());
        assertEquals(report.bytes(), shape.kvBytes() + shape.queryBytes() + shape.outputBytes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8/8,1/1,64                           | 8/8,1/1,64,f32",
                "8/8,1/1,64,rows,f32,batch=1          | 8/8,1/1,64,f32",
                "8/8,1/1,64,batch=2,panels,f16,causal | 8/8,1/1,64,causal,f16,panels,batch=2",
            })
    void wordsComeInAnyOrderAndDefaultsAreLeftOut(String text, String canonical) {
        assertEquals(canonical, BenchShape.parse(text).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8                           | a shape must be queryHeads/kvHeads,",
                "8/8,1/1,64,int3             | shape=8/8,1/1,64,int3",
                "8/8,1/1,64,bool             | shape=8/8,1/1,64,bool",
                "8/8,1/1,64,                 | shape=8/8,1/1,64,",
                "8/8,1/1,64,f32,f64          | may have one type",
                "8/8,1/1,64,rows,panels      | may have one layout",
                "8/8,1/1,64,causal,causal    | may have one causal",
                "8/8,1/1,64,batch=           | shape=8/8,1/1,64,batch=",
                "8/8,1/1,64,batch=0          | size=0",
                "8/8,1/1,64,batch=two        | size=two",
                "8/8,0/1,64                  | size=0",
                "2147483648/8,1/1,64         | size=2147483648",
            })
    void whatIsNoShapeIsRefused(String text, String part) {
        var refusal = assertThrows(InputException.class, () -> BenchShape.parse(text));
        assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8/3,1/1,64", "8/8,1/1,48,int4"})
    void whatIsNoSpecIsRefusedByTheLibrary(String text) {
        assertThrows(IllegalArgumentException.class, () -> BenchShape.parse(text));
    }

    @Test
    void decodeAsksInF32OfSmallCachesAndPrefillInTheirType() {
        assertEquals(ElementType.F32, BenchShape.parse("8/8,1/64,64,bf16").queryType());
        assertEquals(ElementType.BF16, BenchShape.parse("8/8,64/64,64,bf16").queryType());
        assertEquals(ElementType.F32, BenchShape.parse("8/8,64/64,64,bf16").outputType());
        assertEquals(ElementType.F32, BenchShape.parse("8/8,64/64,64,int8").queryType());
        assertEquals(ElementType.F64, BenchShape.parse("8/8,1/64,64,f64").queryType());
        assertEquals(ElementType.F64, BenchShape.parse("8/8,1/64,64,f64").outputType());
    }

    static Stream<List<BenchShape>> tables() {
        return Stream.of(ShapeTable.defaults(), ShapeTable.quick(), ShapeTable.scaling());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void noShapeOfATableIsThereTwiceAndAllFitASmallMachine(List<BenchShape> table) {
        assertEquals(table.size(), table.stream().distinct().count());
        table.forEach(new MemoryBudget(2L << 30, 256L << 20)::check);
    }
}
