package heed.conformance.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An object of a JSON file, read field by field; what is missing or of a wrong kind is refused by name.
///
/// @param file the file, for messages
/// @param at path of the object within the file
/// @param node the object
record JsonObjectReader(Path file, String at, JsonNode node) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long MAX_BYTES = 16 << 20;

    /// The object that `file` holds.
    static JsonObjectReader of(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new CaseFormatException(file + ": there is no such file");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new CaseFormatException(
                        "%s: must be at most %d bytes: got %d".formatted(file, MAX_BYTES, Files.size(file)));
            }
            JsonNode root = MAPPER.readTree(Files.readAllBytes(file));
            return new JsonObjectReader(file, "", root).checked();
        } catch (JacksonException broken) {
            throw new CaseFormatException(file + ": must be JSON: " + firstLine(broken.getOriginalMessage()));
        } catch (java.io.IOException unreadable) {
            throw new CaseFormatException(file + ": cannot be read: " + unreadable.getMessage());
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private JsonObjectReader checked() {
        if (!node.isObject()) {
            throw wrong(at.isEmpty() ? "the file" : at, "an object", node);
        }
        return this;
    }

    private String path(String field) {
        return at.isEmpty() ? field : at + "." + field;
    }

    CaseFormatException wrong(String path, String rule, Object value) {
        String text = String.valueOf(value).replaceAll("\\s+", " ");
        String brief = text.length() <= 80 ? text : text.substring(0, 80) + "…";
        return new CaseFormatException("%s: %s must be %s: got %s".formatted(file, path, rule, brief));
    }

    private JsonNode required(String field, String rule) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw wrong(path(field), rule, "nothing");
        }
        return value;
    }

    Collection<String> fields() {
        return node.propertyNames();
    }

    boolean has(String field) {
        JsonNode value = node.get(field);
        return value != null && !value.isNull();
    }

    JsonObjectReader object(String field) {
        return new JsonObjectReader(file, path(field), required(field, "an object")).checked();
    }

    Optional<JsonObjectReader> optionalObject(String field) {
        return has(field) ? Optional.of(object(field)) : Optional.empty();
    }

    List<JsonObjectReader> objects(String field) {
        JsonNode value = required(field, "an array of objects");
        if (!value.isArray()) {
            throw wrong(path(field), "an array of objects", value);
        }
        List<JsonObjectReader> objects = new ArrayList<>();
        for (int n = 0; n < value.size(); n++) {
            objects.add(new JsonObjectReader(file, path(field) + "[" + n + "]", value.get(n)).checked());
        }
        return objects;
    }

    String text(String field) {
        JsonNode value = required(field, "a string");
        if (!value.isString()) {
            throw wrong(path(field), "a string", value);
        }
        return value.stringValue();
    }

    String oneOf(String field, String... allowed) {
        String value = text(field);
        for (String choice : allowed) {
            if (choice.equals(value)) {
                return value;
            }
        }
        throw wrong(path(field), "one of " + String.join(", ", allowed), value);
    }

    boolean bool(String field) {
        JsonNode value = required(field, "true or false");
        if (!value.isBoolean()) {
            throw wrong(path(field), "true or false", value);
        }
        return value.booleanValue();
    }

    double number(String field) {
        JsonNode value = required(field, "a number");
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(path(field), "a finite number", value);
        }
        return value.doubleValue();
    }

    /// A number, or one of the strings that stand for those that JSON lacks.
    double numberOrInfinity(String field) {
        JsonNode value = required(field, "a number");
        return value.isString() && value.stringValue().equals("inf") ? Double.POSITIVE_INFINITY : number(field);
    }

    int integer(String field) {
        return integer(path(field), required(field, "an integer"));
    }

    private int integer(String path, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(path, "a 32-bit integer", value);
        }
        return value.intValue();
    }

    int[] integers(String field) {
        JsonNode value = required(field, "an array of integers");
        if (!value.isArray()) {
            throw wrong(path(field), "an array of integers", value);
        }
        int[] numbers = new int[value.size()];
        for (int n = 0; n < numbers.length; n++) {
            numbers[n] = integer(path(field) + "[" + n + "]", value.get(n));
        }
        return numbers;
    }

    int[] integers(String field, int size) {
        int[] numbers = integers(field);
        if (numbers.length != size) {
            throw wrong(path(field), "an array of " + size + " integers", required(field, "an array"));
        }
        return numbers;
    }
}
