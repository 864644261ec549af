package heed.cli.attend;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/// The options of `heed attend` besides its main tensors, in the order in which they take effect: one that tells how
/// another is meant comes before it.
public final class AttendOptions {
    private final List<AttendOption<?>> all = Stream.of(
                    ScoreOptions.all(),
                    MaskOptions.all(),
                    LengthOptions.all(),
                    StorageOptions.all(),
                    ResultOptions.all())
            .<AttendOption<?>>flatMap(List::stream)
            .toList();

    /// None given yet.
    public AttendOptions() {}

    /// Makes `command` read them.
    public void addTo(CommandSpec command) {
        all.forEach(option -> command.addOption(option.spec()));
    }

    /// Gives those on the command line to `call`.
    public void apply(AttendCall call) {
        all.forEach(option -> option.apply(call));
    }

    /// Each option that names a file to write, and the file.
    public Map<String, Path> targets() {
        Map<String, Path> targets = new LinkedHashMap<>();
        all.stream()
                .filter(option -> option.role() == AttendOption.Role.TARGET)
                .forEach(option -> option.given().ifPresent(file -> targets.put(option.name(), (Path) file)));
        return targets;
    }

    /// The places of the tensors they read.
    public List<String> inputs() {
        return all.stream().flatMap(AttendOption::inputs).toList();
    }
}
