package heed.cli.print;

import heed.cli.input.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Results for machines: records as objects, their components as fields in the order of declaration.
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            // NaN and infinities as strings: JSON has no numbers for them.
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private Json() {}

    /// `value` as JSON text.
    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /// Writes `value` to `out`.
    public static void print(PrintWriter out, Object value) {
        out.println(text(value));
        out.flush();
    }

    /// The record that `text` holds.
    ///
    /// @throws RuntimeException if it is no JSON or another record's, or if a component refuses its value
    public static <R extends Record> R read(String text, Class<R> type) {
        return MAPPER.readValue(text, type);
    }

    /// Refuses a file that could not be written, before work is done for it.
    public static void checkTarget(String option, Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent) || Files.isDirectory(file)) {
            throw new InputException("%s must be a file in a directory that exists: %s=%s", option, option, file);
        }
    }

    /// Writes `value` to `file`: beside it first, then renamed, so that nobody sees half a file.
    public static void write(Path file, Object value) {
        Path whole = file.toAbsolutePath();
        try {
            Path part = Files.createTempFile(whole.getParent(), "." + whole.getFileName(), ".part");
            try {
                Files.writeString(part, text(value) + System.lineSeparator());
                Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException failure) {
            throw new InputException(failure, "cannot write the results: file=%s, %s", file, failure);
        }
    }
}
