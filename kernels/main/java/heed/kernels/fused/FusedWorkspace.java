package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.PlanOptions;
import heed.kernels.work.TaskLoop;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The memory of one run, and its three phases of independent tasks:
///
/// | phase   | a task is                                  | for sequences of                        |
/// |---------|--------------------------------------------|-----------------------------------------|
/// | pack    | a block of keys and values of a kv head    | more than [TileShape#DIRECT_ROWS] rows  |
/// | attend  | a tile of rows over all keys               | the same                                |
/// |         | all rows over a split of the keys          | fewer                                   |
/// | merge   | the splits of a kv head                    | fewer, if there is a second split       |
///
/// Which way a sequence goes depends on its own rows alone, so that a batch may mix both.
final class FusedWorkspace implements CheckedPlan.Workspace {
    private final AttentionSpec spec;
    private final TileShape shape;
    private final FusedAttention attention;
    private final Optional<PackedProducts> packed;
    private final Optional<DirectProducts> direct;
    private final SplitStore store;
    private final ColumnMass columns;
    private final TaskLoop loop;
    private final TileScratch[] scratch;
    private final TaskLoop.Tasks packTask = this::pack;
    private final TaskLoop.Tasks attendTask = this::attend;
    private final TaskLoop.Tasks mergeTask = this::merge;
    private final TaskLoop.Tasks columnTask = this::columns;
    private int columnBlocks;
    private int packBlocks;
    private int units;
    private @Nullable AttentionCall call;

    FusedWorkspace(
            AttentionSpec spec, AttentionSizes sizes, PlanOptions options, Executor executor, FusedFactory factory) {
        this.spec = spec;
        shape = factory.shape(spec, sizes, options.threads());
        int slots = Math.multiplyExact(sizes.batch(), spec.kvHeads());
        Optional<DirectKernels> kernels = factory.direct(spec);
        boolean allDirect = kernels.isPresent() && rows(sizes.queryLen()) <= TileShape.DIRECT_ROWS;
        loop = new TaskLoop(threads(options, slots, sizes, allDirect), executor);
        scratch = new TileScratch[loop.threads()];
        attention = new FusedAttention(spec, shape, slots);
        for (int n = 0; n < scratch.length; n++) {
            scratch[n] = new TileScratch(spec, shape, attention.steps());
        }
        direct = kernels.map(them -> new DirectProducts(spec, shape, them, loop.threads()));
        store = new SplitStore(spec, sizes, shape, direct.isPresent());
        columns = new ColumnMass(spec, sizes, shape, loop.threads());
        packed = allDirect
                ? Optional.empty()
                : Optional.of(
                        factory.packed(shape, slots, loop.threads())); // last: it may hold what no collector frees
    }

    /// No more threads than there can be tasks.
    private int threads(PlanOptions options, int slots, AttentionSizes sizes, boolean allDirect) {
        int most = allDirect ? shape.splits() : Math.max(tiles(sizes.queryLen()), shape.blocks());
        long tasks = (long) slots * most;
        return Math.clamp(tasks, 1, options.threads());
    }

    private long rows(int queryLen) {
        return (long) queryLen * spec.groupSize();
    }

    private int tiles(int queryLen) {
        return Math.toIntExact(Math.ceilDiv(rows(queryLen), (long) shape.rows()));
    }

    private boolean isDirect(int b) {
        return direct.isPresent() && rows(call().queryLen(b)) <= TileShape.DIRECT_ROWS;
    }

    private int splits(int b) {
        return Math.ceilDiv(call().kvLen(b), TileShape.SPLIT_KEYS);
    }

    void run(AttentionCall bound) {
        attention.steps().check(bound);
        call = bound;
        if (direct.isPresent()) { // a lambda would capture `bound`: an object for each run
            direct.get().bind(bound);
        }
        try {
            boolean merges = count();
            int slots = bound.batch() * spec.kvHeads();
            try (TaskLoop.Run tasks = loop.begin(bound.threads())) {
                tasks.phase(Math.multiplyExact(slots, packBlocks), packTask);
                tasks.phase(Math.multiplyExact(slots, units), attendTask);
                tasks.phase(merges ? slots : 0, mergeTask);
                tasks.phase(columns.isWanted() ? Math.multiplyExact(slots, columnBlocks) : 0, columnTask);
            }
        } finally {
            direct.ifPresent(DirectProducts::release);
            call = null;
        }
    }

    /// Counts the tasks of a slot in this run; whether splits are to be merged.
    private boolean count() {
        packBlocks = 0;
        units = 0;
        columnBlocks = 0;
        boolean merges = false;
        for (int b = 0; b < call().batch(); b++) {
            columnBlocks = Math.max(columnBlocks, Math.ceilDiv(call().kvLen(b), TileShape.KEYS));
            if (isDirect(b)) {
                units = Math.max(units, Math.max(1, splits(b)));
                merges |= splits(b) > 1;
            } else {
                units = Math.max(units, tiles(call().queryLen(b)));
                packBlocks = Math.max(packBlocks, Math.ceilDiv(call().kvLen(b), TileShape.KEYS));
            }
        }
        return merges;
    }

    private AttentionCall call() {
        return Objects.requireNonNull(call);
    }

    private void pack(int task, int worker) {
        call().checkCancelled();
        int slot = task / packBlocks;
        int block = task % packBlocks;
        int b = slot / spec.kvHeads();
        if (!isDirect(b) && block * TileShape.KEYS < call().kvLen(b)) {
            attention.pack(call(), packed.orElseThrow(), b, slot % spec.kvHeads(), block, scratch[worker]);
        }
    }

    /// A head after the other, since all its tiles read the same packed keys and values, which a cache may still
    /// hold.
    private void attend(int task, int worker) {
        int slot = task / units;
        int unit = task % units;
        int b = slot / spec.kvHeads();
        if (call().queryLen(b) == 0) {
            return;
        }
        if (isDirect(b)) {
            attendDirectly(b, slot % spec.kvHeads(), unit, worker, scratch[worker]);
        } else {
            // last first: under a causal mask the last is the longest
            attendPacked(b, slot % spec.kvHeads(), units - 1 - unit, worker, scratch[worker]);
        }
    }

    private void attendPacked(int b, int kvHead, int tile, int worker, TileScratch s) {
        int firstRow = tile * shape.rows();
        if (firstRow >= rows(call().queryLen(b))) {
            return;
        }
        attention.load(call(), b, kvHead, firstRow, s);
        s.totals.clear(s.rows);
        for (int split = attention.firstSplit(s); split < attention.endSplit(s); split++) {
            call().checkCancelled();
            attention.attend(call(), packed.orElseThrow(), split, worker, s);
            mergeOwn(s);
        }
        TileOutput.store(call(), shape, s, columns);
    }

    private void attendDirectly(int b, int kvHead, int split, int worker, TileScratch s) {
        if (split >= Math.max(1, splits(b))) {
            return;
        }
        call().checkCancelled();
        attention.load(call(), b, kvHead, 0, s);
        attention.attend(call(), direct.orElseThrow(), split, worker, s);
        if (splits(b) > 1) {
            store.put(split, s);
            return;
        }
        s.totals.clear(s.rows);
        mergeOwn(s);
        TileOutput.store(call(), shape, s, columns);
    }

    private void mergeOwn(TileScratch s) {
        for (int r = 0; r < s.rows; r++) {
            int at = r * shape.paddedValueDim();
            s.totals.merge(r, s.output, at, s.softmax.reference(r), s.softmax.sum(r), s.diagnostics, r);
        }
    }

    private void merge(int slot, int worker) {
        int b = slot / spec.kvHeads();
        TileScratch s = scratch[worker];
        if (isDirect(b) && splits(b) > 1 && call().queryLen(b) > 0) {
            attention.load(call(), b, slot % spec.kvHeads(), 0, s);
            s.totals.clear(s.rows);
            store.merge(0, splits(b), s);
            TileOutput.store(call(), shape, s, columns);
        }
    }

    private void columns(int task, int worker) {
        int slot = task / columnBlocks;
        int block = task % columnBlocks;
        int b = slot / spec.kvHeads();
        if (block * TileShape.KEYS < call().kvLen(b)) {
            TileProducts products = isDirect(b) ? direct.orElseThrow() : packed.orElseThrow();
            columns.write(call(), attention, products, b, slot % spec.kvHeads(), block, worker, scratch[worker]);
        }
    }

    @Override
    public long bytes() {
        long bytes = columns.bytes() + store.bytes() + attention.bytes();
        bytes += packed.map(TileProducts::bytes).orElse(0L);
        bytes += direct.map(TileProducts::bytes).orElse(0L);
        for (TileScratch each : scratch) {
            bytes += each.bytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        packed.ifPresent(TileProducts::close);
    }
}
