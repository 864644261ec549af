package heed.cli.attend;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.ScoreStage;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.cli.tensor.Rank;
import heed.cli.tensor.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// What a call writes besides the output, each to a `.npy` file.
final class Results {
    /// What a result has elements for.
    enum Extent {
        /// Each row: `[batch, heads, len]`.
        ROWS,
        /// Each row and key: `[batch, heads, len, kvLen]`.
        PAIRS,
        /// Each key: `[batch, heads, kvLen]`.
        KEYS
    }

    private record Wanted(Path file, Extent extent, BiConsumer<AttendCall, Tensor> take) {}

    private final List<Wanted> wanted = new ArrayList<>();
    private final Map<Path, Tensor> written = new LinkedHashMap<>();

    /// Scores of which stage.
    ScoreStage stage = ScoreStage.PROBABILITIES;

    /// Keys of the sink mass.
    int firstKeys = 4;

    /// Keys of the window mass.
    int windowKeys = 64;

    void want(Path file, Extent extent, BiConsumer<AttendCall, Tensor> take) {
        wanted.add(new Wanted(file, extent, take));
    }

    /// Makes room for each. 16 bits would keep a log-sum-exp to three digits at best, so that it is f32 or f64.
    ///
    /// @param dropped axes that the query's file leaves out
    void allocate(AttendCall call, Room room, AttentionSpec spec, AttentionSizes sizes, int dropped) {
        ElementType type = spec.outputType() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
        for (Wanted each : wanted) {
            Tensor tensor = room.of(type, shape(each.extent, call.query(), sizes));
            each.take.accept(call, tensor);
            // Sequences that lie one after the other in a query without a batch axis still have one for their keys.
            written.put(each.file, Rank.drop(tensor, tensor.size(0) == 1 ? dropped : 0));
        }
    }

    private static int[] shape(Extent extent, Tensor query, AttentionSizes sizes) {
        return switch (extent) {
            case ROWS -> new int[] {query.size(0), query.size(1), query.size(2)};
            case PAIRS -> new int[] {query.size(0), query.size(1), query.size(2), sizes.kvLen()};
            case KEYS -> new int[] {sizes.batch(), query.size(1), sizes.kvLen()};
        };
    }

    void write() throws IOException {
        for (Map.Entry<Path, Tensor> each : written.entrySet()) {
            NpyFile.write(each.getKey(), each.getValue());
        }
    }
}
