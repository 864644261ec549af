package heed.conformance.golden;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// One case: what to compute, on what, and what must come out.
public final class GoldenCase {
    private static final int FORMAT_VERSION = 1;

    private final String name;
    private final String category;
    private final boolean informative;
    private final String op;
    private final Optional<CaseAttributes> attributes;
    private final Map<String, CaseTensor> inputs;
    private final Map<String, Expected> expected;
    private final Path file;
    private final JsonObjectReader what;
    private final Optional<JsonObjectReader> peers;

    private GoldenCase(Path directory, JsonObjectReader json) {
        file = json.file();
        name = json.text("name");
        category = json.text("category");
        informative = json.oneOf("level", "required", "informative").equals("informative");
        op = json.oneOf("op", "attention", "attention_grad", "rotary_embedding");
        what = json.object("attributes");
        peers = json.optionalObject("peers").filter(them -> them.has("torch_fp32_max_err"));
        attributes = op.equals("rotary_embedding") ? Optional.empty() : Optional.of(CaseAttributes.read(what));
        inputs = entries(directory, json.object("inputs"), CaseTensor::read);
        expected = entries(directory, json.object("expected"), Expected::read);
        if (!expected.containsKey("out")) {
            throw json.wrong("expected", "present for out", expected.keySet());
        }
    }

    /// Reads the case in `directory`; its tensors are read when it is run.
    ///
    /// @throws CaseFormatException if `case.json` is missing or malformed
    public static GoldenCase read(Path directory) {
        JsonObjectReader json = JsonObjectReader.of(directory.resolve("case.json"));
        int version = json.integer("formatVersion");
        if (version != FORMAT_VERSION) {
            throw json.wrong("formatVersion", String.valueOf(FORMAT_VERSION), version);
        }
        return new GoldenCase(directory, json);
    }

    private static <T> Map<String, T> entries(
            Path directory, JsonObjectReader json, BiFunction<Path, JsonObjectReader, T> reader) {
        Map<String, T> entries = new LinkedHashMap<>();
        for (String field : json.fields()) {
            entries.put(field, reader.apply(directory, json.object(field)));
        }
        return entries;
    }

    /// The case's name.
    public String name() {
        return name;
    }

    /// What it is about, one of the categories of the index.
    public String category() {
        return category;
    }

    /// Whether a difference is to be reported and held against nobody.
    public boolean isInformative() {
        return informative;
    }

    /// What other projects' errors were, where the case tells.
    Optional<JsonObjectReader> peers() {
        return peers;
    }

    /// Whether gradients are expected.
    boolean hasGradients() {
        return op.equals("attention_grad");
    }

    /// Attributes of an op that is not attention.
    JsonObjectReader other() {
        return what;
    }

    String op() {
        return op;
    }

    /// Present for attention, with or without gradients.
    CaseAttributes attributes() {
        return attributes.orElseThrow();
    }

    Map<String, Expected> expected() {
        return expected;
    }

    Map<String, CaseTensor> inputs() {
        return inputs;
    }

    /// The input called `input`.
    CaseTensor input(String input) {
        CaseTensor tensor = inputs.get(input);
        if (tensor == null) {
            throw malformed("inputs must hold " + input, inputs.keySet());
        }
        return tensor;
    }

    /// The expected tensor called `output`.
    Expected expected(String output) {
        Expected result = expected.get(output);
        if (result == null) {
            throw malformed("expected must hold " + output, expected.keySet());
        }
        return result;
    }

    CaseFormatException malformed(String rule, Object got) {
        return new CaseFormatException("%s: %s: got %s".formatted(file, rule, got));
    }
}
