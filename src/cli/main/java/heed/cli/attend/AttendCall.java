package heed.cli.attend;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Diagnostics;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.cli.expression.Names;
import heed.cli.input.InputException;
import heed.cli.tensor.Rank;
import heed.cli.tensor.Room;
import heed.cli.tensor.TensorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// One call of attention while `heed attend` puts it together: the options first, in their order, then [#prepare].
public final class AttendCall {
    private final TensorFiles files;
    private final Room room;
    private final Tensor query;
    private final int dropped;
    private final AttentionSpec.Builder spec;
    private final AttentionArguments arguments = new AttentionArguments();
    private final Diagnostics diagnostics = new Diagnostics();
    private final Masks masks = new Masks();
    private final Lengths lengths = new Lengths();
    private final Results results = new Results();
    private final StoredKeys stored;
    private final Set<String> captured = new HashSet<>();

    /// A call of the query in the file `query`, and of nothing else yet.
    public AttendCall(TensorFiles files, Arena arena, String query) {
        this.files = files;
        room = new Room(arena);
        stored = new StoredKeys(files, room);
        Tensor given = files.read("--query", query);
        this.query = Rank.full("--query", given);
        dropped = Rank.FULL - given.rank();
        spec = AttentionSpec.builder(this.query.size(1), this.query.size(3)).type(this.query.type());
        arguments.query(this.query);
    }

    TensorFiles files() {
        return files;
    }

    Tensor query() {
        return query;
    }

    AttentionSpec.Builder spec() {
        return spec;
    }

    /// What the run is given.
    public AttentionArguments arguments() {
        return arguments;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    Masks masks() {
        return masks;
    }

    Lengths lengths() {
        return lengths;
    }

    Results results() {
        return results;
    }

    StoredKeys stored() {
        return stored;
    }

    /// Gives `tensor` to expressions as `name`.
    void capture(String option, String name, Tensor tensor) {
        if (!captured.add(name)) {
            throw new InputException("%s must capture another name, this one is taken: name=%s", option, name);
        }
        arguments.captured(name, tensor);
    }

    /// What expressions may name.
    Names names() {
        return new Names(captured, masks.named());
    }

    /// A call that can be planned and run.
    ///
    /// @param output where the result will be
    public record Prepared(AttentionSpec spec, AttentionSizes sizes, AttentionArguments arguments, Tensor output) {}

    /// Reads key and value and makes room for what is written.
    public Prepared prepare(String key, String value) {
        int mostKeys = stored.give(key, value, spec, arguments);
        AttentionSizes sizes = lengths.sizes(query, mostKeys);
        AttentionSpec built = spec.mask(masks.all()).build();
        lengths.give(arguments, sizes);
        Tensor output = room.of(built.outputType(), query.size(0), query.size(1), query.size(2), built.valueDim());
        results.allocate(this, room, built, sizes, dropped);
        return new Prepared(built, sizes, arguments.output(output).diagnostics(diagnostics), output);
    }

    /// Writes the output, without the axes that the query's file leaves out, and the other results.
    public void write(Prepared call, Path out) throws IOException {
        NpyFile.write(out, Rank.drop(call.output, dropped));
        results.write();
    }
}
