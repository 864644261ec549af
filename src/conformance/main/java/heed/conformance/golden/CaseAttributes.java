package heed.conformance.golden;

import heed.attention.ScoreStage;
import java.util.Locale;
import java.util.Optional;

/// What a case asks to be computed, in the words of the format.
record CaseAttributes(
        int batch,
        int qHeads,
        int kvHeads,
        int headDim,
        int headDimV,
        int[] qLens,
        int[] kvLens,
        double scale,
        String causal,
        int[] queryOffset,
        int windowLeft,
        int windowRight,
        double softcap,
        double scoreBiasConstant,
        double probScale,
        Optional<Named> alibi,
        Optional<Named> mask,
        Optional<Named> sinks,
        Optional<Rotary> rotary,
        Optional<Past> past,
        Optional<Paged> paged,
        Optional<ScoreStage> qkStage,
        Optional<Varlen> varlen) {

    /// An input and what kind it is.
    record Named(String input, String kind) {}

    /// Where each sequence begins on the packed axes; no keys with pages.
    record Varlen(int[] queryStarts, Optional<int[]> keyStarts) {}

    /// How queries and new keys are turned.
    record Rotary(boolean interleaved, String cos, String sin, int[] firstPositions) {}

    /// Keys and values before the new ones.
    record Past(String key, String value, int[] lengths, int[] presentLengths) {}

    /// Keys and values in pages.
    record Paged(int blockSize, String keyCache, String valueCache, String blockTable) {}

    static CaseAttributes read(JsonObjectReader json) {
        int batch = json.integer("batch");
        if (batch < 0) {
            throw json.wrong("attributes.batch", "not negative", batch);
        }
        JsonObjectReader window = json.object("window");
        return new CaseAttributes(
                batch,
                json.integer("qHeads"),
                json.integer("kvHeads"),
                json.integer("headDim"),
                json.integer("headDimV"),
                json.integers("qLens", batch),
                json.integers("kvLens", batch),
                json.number("scale"),
                json.oneOf("causal", "none", "top_left", "bottom_right", "past_offset"),
                json.integers("queryOffset", batch),
                window.integer("left"),
                window.integer("right"),
                json.number("softcap"),
                json.number("scoreBiasConstant"),
                json.number("probScale"),
                named(json, "alibi", "form", "signed", "abs"),
                named(json, "mask", "kind", "bool", "additive"),
                json.optionalObject("sinks").map(sinks -> new Named(sinks.text("input"), "")),
                json.optionalObject("rotary").map(rotary -> rotary(rotary, batch)),
                json.optionalObject("past").map(past -> past(past, batch)),
                json.optionalObject("paged").map(CaseAttributes::paged),
                stage(json),
                varlen(json, batch));
    }

    private static Optional<Named> named(JsonObjectReader json, String field, String kind, String... allowed) {
        return json.optionalObject(field).map(object -> new Named(object.text("input"), object.oneOf(kind, allowed)));
    }

    private static Rotary rotary(JsonObjectReader json, int batch) {
        return new Rotary(
                json.bool("interleaved"), json.text("cos"), json.text("sin"), json.integers("positionOffset", batch));
    }

    private static Past past(JsonObjectReader json, int batch) {
        return new Past(
                json.text("key"),
                json.text("value"),
                json.integers("lengths", batch),
                json.integers("presentLengths", batch));
    }

    private static Paged paged(JsonObjectReader json) {
        return new Paged(json.integer("blockSize"), json.text("kCache"), json.text("vCache"), json.text("blockTable"));
    }

    private static Optional<ScoreStage> stage(JsonObjectReader json) {
        return json.has("qkStage")
                ? Optional.of(
                        ScoreStage.valueOf(json.oneOf("qkStage", "scaled", "softcapped", "biased", "probabilities")
                                .toUpperCase(Locale.ROOT)))
                : Optional.empty();
    }

    private static Optional<Varlen> varlen(JsonObjectReader json, int batch) {
        return json.optionalObject("varlen")
                .map(varlen -> new Varlen(
                        varlen.integers("cuSeqlensQ", batch + 1),
                        varlen.has("cuSeqlensK")
                                ? Optional.of(varlen.integers("cuSeqlensK", batch + 1))
                                : Optional.empty()));
    }
}
