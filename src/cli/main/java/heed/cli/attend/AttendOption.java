package heed.cli.attend;

import heed.attention.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/// An option of `heed attend`, whole: how it is written, what it is for and what it does to the call.
///
/// @param spec what picocli reads, and where its value is
/// @param role what its value is
/// @param effect what is done with it, if it is given
public record AttendOption<T>(OptionSpec spec, Role role, BiConsumer<AttendCall, T> effect) {
    /// What the value of an option is.
    public enum Role {
        /// A number, a word, an expression.
        VALUE,
        /// Files that are read.
        INPUT,
        /// A file that is written.
        TARGET
    }

    static AttendOption<Boolean> flag(String name, String description, Consumer<AttendCall> effect) {
        OptionSpec spec = OptionSpec.builder(name)
                .type(Boolean.class)
                .arity("0")
                .description(description)
                .build();
        return new AttendOption<>(spec, Role.VALUE, (call, _) -> effect.accept(call));
    }

    static <T> AttendOption<T> value(
            String name, String label, Class<T> type, String description, BiConsumer<AttendCall, T> effect) {
        return new AttendOption<>(spec(name, label, description).type(type).build(), Role.VALUE, effect);
    }

    /// Several whole numbers with commas between them.
    static AttendOption<List<Integer>> numbers(
            String name, String label, String description, BiConsumer<AttendCall, List<Integer>> effect) {
        OptionSpec spec = spec(name, label, description)
                .type(List.class)
                .auxiliaryTypes(Integer.class)
                .splitRegex(",")
                .build();
        return new AttendOption<>(spec, Role.VALUE, effect);
    }

    /// The place of a tensor.
    static AttendOption<String> file(String name, String description, BiConsumer<AttendCall, String> effect) {
        OptionSpec spec = spec(name, "FILE", description).type(String.class).build();
        return new AttendOption<>(spec, Role.INPUT, effect);
    }

    /// A tensor.
    static AttendOption<String> tensor(String name, String description, BiConsumer<AttendCall, Tensor> effect) {
        return file(
                name,
                description,
                (call, location) -> effect.accept(call, call.files().read(name, location)));
    }

    /// A table of numbers.
    static AttendOption<String> table(String name, String description, BiConsumer<AttendCall, Tensor> effect) {
        return file(
                name,
                description,
                (call, location) -> effect.accept(call, call.files().numbers(name, location)));
    }

    /// Tensors by name, an option for each.
    static AttendOption<List<NamedFile>> files(
            String name, String description, BiConsumer<AttendCall, List<NamedFile>> effect) {
        OptionSpec spec = spec(name, "NAME=FILE", description)
                .type(List.class)
                .auxiliaryTypes(NamedFile.class)
                .converters(NamedFile::of)
                .build();
        return new AttendOption<>(spec, Role.INPUT, effect);
    }

    /// A result besides the output.
    ///
    /// @param ask asks the spec for it
    /// @param take gives the run where it goes
    static AttendOption<Path> result(
            String name,
            String description,
            Results.Extent extent,
            Consumer<AttendCall> ask,
            BiConsumer<AttendCall, Tensor> take) {
        OptionSpec spec = spec(name, "FILE", description).type(Path.class).build();
        return new AttendOption<>(spec, Role.TARGET, (call, file) -> {
            ask.accept(call);
            call.results().want(file, extent, take);
        });
    }

    private static OptionSpec.Builder spec(String name, String label, String description) {
        return OptionSpec.builder(name).paramLabel(label).description(description);
    }

    String name() {
        return spec.longestName();
    }

    /// The value, if the command line has it.
    Optional<T> given() {
        @Nullable T value = spec.getValue();
        return Optional.ofNullable(value);
    }

    void apply(AttendCall call) {
        given().ifPresent(value -> effect.accept(call, value));
    }

    /// The places of the tensors it reads.
    Stream<String> inputs() {
        return role != Role.INPUT ? Stream.empty() : given().stream().flatMap(AttendOption::places);
    }

    private static Stream<String> places(Object value) {
        return value instanceof List<?> all
                ? all.stream().flatMap(AttendOption::places)
                : Stream.of(value instanceof NamedFile(var _, var file) ? file : String.valueOf(value));
    }
}
