package heed.cli.bench.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.cli.print.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The table of features at small sizes: every row runs, is right and is written. Times decide nothing.
final class FeatureBenchTest {
    private static final Attention ATTENTION = Attention.load();

    @Test
    void everyRowRunsIsRightAndIsWritten() {
        FeatureReport report = new FeatureBench(
                        List.of(ATTENTION.backend("vector")),
                        ATTENTION.backend("reference"),
                        List.of(2),
                        1,
                        true,
                        _ -> {})
                .run();
        assertEquals(List.of(), report.skipped());
        List<Feature> table = FeatureTable.of(true);
        assertEquals(
                table.stream().map(Feature::name).toList(),
                report.rows().stream().map(FeatureRow::feature).toList());
        for (FeatureRow row : report.rows()) {
            assertTrue(row.passes(), row::toString);
            assertTrue(row.featureNs() > 0 && row.baseNs() > 0 && row.value() > 0, row::toString);
        }
        assertTrue(report.passes());
        checkPrinted(report);
        checkJson(report);
    }

    private static void checkPrinted(FeatureReport report) {
        StringWriter text = new StringWriter();
        report.print(new PrintWriter(text));
        List<String> lines = text.toString().lines().toList();
        long ok = lines.stream().filter(line -> line.endsWith(" ok")).count();
        assertEquals(report.rows().size(), ok, text.toString());
        assertTrue(lines.getLast().startsWith("met: "), text.toString());
    }

    private static void checkJson(FeatureReport report) {
        JsonNode json = JsonMapper.builder().build().readTree(Json.text(report));
        assertEquals(2, json.get("ceilings").size());
        JsonNode row = json.get("rows").get(0);
        for (String field :
                List.of("threads", "runs", "featureNs", "baseNs", "value", "asked", "maxError", "tolerance")) {
            assertTrue(row.has(field) && row.get(field).isNumber(), field + " in " + row);
        }
        assertEquals("speed", row.get("measure").asString());
        assertEquals(0.95, row.get("asked").asDouble());
        assertTrue(row.get("met").isBoolean());
    }

    /// The rows that a backend of plain loops runs in no time.
    static Stream<Feature> prefill() {
        return FeatureTable.of(true).stream().filter(feature -> feature.shape().queryLen() == 64);
    }

    /// Not only of one backend: what is asked for is what the specification computes.
    @ParameterizedTest
    @MethodSource("prefill")
    void theReferencePassesItsOwnCheck(Feature feature) {
        var reference = ATTENTION.backend("reference");
        try (Setting setting = new Setting(reference, reference, 1, true)) {
            Pair pair = feature.opener().apply(setting);
            pair.base().run();
            assertTrue(pair.check().get().passes(), feature::name);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.2, 1.3})
    void aCostIsAtMostWhatIsAskedAndASpeedAtLeast(double value) {
        assertTrue(Asked.atMostTimesTheTime(1.3).isMetBy(value));
        assertFalse(Asked.atMostTimesTheTime(1.1).isMetBy(value));
        assertTrue(Asked.atLeastTimesAsFast(1.2).isMetBy(value));
        assertFalse(Asked.atLeastPercentOfFma(60).isMetBy(value));
        assertTrue(Asked.nothing(Asked.Measure.COST).isMetBy(value));
    }

    @Test
    void theWorseVerdictIsTheNearerToFailing() {
        Verdict near = new Verdict(0.9, 1);
        Verdict far = new Verdict(5, 100);
        Verdict nan = new Verdict(Double.NaN, 1);
        assertEquals(near, near.worse(far));
        assertEquals(near, far.worse(near));
        assertEquals(nan, near.worse(nan));
        assertEquals(nan, nan.worse(near));
        assertFalse(nan.passes());
    }
}
