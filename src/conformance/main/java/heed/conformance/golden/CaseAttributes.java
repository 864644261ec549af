package heed.conformance.golden;

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
        boolean rotary,
        boolean past,
        boolean paged,
        Optional<Varlen> varlen) {

    /// An input and what kind it is.
    record Named(String input, String kind) {}

    /// Where each sequence begins on the packed axes.
    record Varlen(int[] queryStarts, int[] keyStarts) {}

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
                json.has("rotary"),
                json.has("past"),
                json.has("paged"),
                varlen(json, batch));
    }

    private static Optional<Named> named(JsonObjectReader json, String field, String kind, String... allowed) {
        return json.optionalObject(field).map(object -> new Named(object.text("input"), object.oneOf(kind, allowed)));
    }

    /// With pages the keys have no packed axis, and such a case is refused before this is read.
    private static Optional<Varlen> varlen(JsonObjectReader json, int batch) {
        return json.has("paged")
                ? Optional.empty()
                : json.optionalObject("varlen")
                        .map(varlen -> new Varlen(
                                varlen.integers("cuSeqlensQ", batch + 1), varlen.integers("cuSeqlensK", batch + 1)));
    }
}
