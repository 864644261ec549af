package heed.attention;

import static heed.attention.Checks.require;

import heed.attention.Support.Unsupported;
import java.util.Arrays;
import java.util.Set;

/// Attention of several sequences that begin with the same keys, a system prompt for example: those are read
/// once for all of them, as the keys of one sequence with the query rows of all, and what each has of its own
/// is merged into it.
///
/// ```
/// rows of all sequences × the pages they share   → output, logSumExp
/// rows of each sequence × pages of its own       → merged into them
/// ```
///
/// Which pages are shared is the snapshot's to know ([KvCache.Snapshot#sharedLen]): forks share those that none
/// of them has written to since. A decode step of `B` sequences reads `prefix + B · own` keys instead of `B ·
/// (prefix + own)`. The result is that of an ordinary run within rounding, not bit by bit. Source: the cascades
/// of FlashInfer, arXiv:2501.01005; the merge is [PartialOutput].
///
/// One run at a time; it makes a few small objects, views of the caller's tensors.
public final class SharedPrefixPlan implements AutoCloseable {
    private final AttentionSpec spec;
    private final int mostRows;
    private final AttentionPlan common;
    private final AttentionPlan own;
    private final Tensor logSumExp;

    /// Plans both parts with `attention`.
    ///
    /// @param spec over pages, with no mask or a causal one that is aligned bottom right, and an output of F32 or
    ///     F64, in which the parts are merged; without extra outputs but the log-sum-exp, without a score
    ///     expression or stage, and not bitwise
    /// @param sizes most sequences, query rows of each, and keys of each, the shared ones included
    /// @throws UnsupportedSpecException if it is another spec, or no backend computes it
    public SharedPrefixPlan(Attention attention, AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        if (support(spec) instanceof Unsupported unsupported) {
            throw new UnsupportedSpecException("a shared prefix", unsupported);
        }
        this.spec = spec;
        mostRows = Math.multiplyExact(sizes.batch(), sizes.queryLen());
        int elements = Math.multiplyExact(spec.queryHeads(), mostRows);
        logSumExp = spec.outputType() == ElementType.F64
                ? Tensor.of(new double[elements], elements)
                : Tensor.of(new float[elements], elements);
        common = attention.plan(ofPrefix(spec), new AttentionSizes(1, mostRows, sizes.kvLen()), options);
        try {
            own = attention.plan(spec.toBuilder().logSumExp().build(), sizes, options);
        } catch (RuntimeException | Error failure) {
            common.close();
            throw failure;
        }
    }

    private static Support support(AttentionSpec spec) {
        boolean isCausal = spec.mask() instanceof Mask.Causal;
        ElementType output = spec.outputType();
        return new Support.Check()
                .require(spec.pageLen() > 0, "pageLen", spec.pageLen(), "keys in pages")
                .require(isCausal || spec.mask() instanceof Mask.None, "mask", spec.mask(), "none, causal")
                .require(
                        !isCausal || spec.alignment() == QueryAlignment.BOTTOM_RIGHT,
                        "alignment",
                        spec.alignment(),
                        "BOTTOM_RIGHT")
                .require(output == ElementType.F32 || output == ElementType.F64, "outputType", output, "F32, F64")
                .require(
                        spec.extraOutputs().isEmpty() || spec.extraOutputs().equals(Set.of(ExtraOutput.LOG_SUM_EXP)),
                        "extraOutputs",
                        spec.extraOutputs(),
                        "LOG_SUM_EXP")
                .require(spec.score().isEmpty(), "score", spec.score(), "none")
                .require(spec.scoreStage().isEmpty(), "scoreStage", spec.scoreStage(), "none")
                .require(spec.determinism() == Determinism.DEFAULT, "determinism", spec.determinism(), "DEFAULT")
                .result();
    }

    /// All rows see all of the prefix; the sink takes its weight once, among the own keys.
    private static AttentionSpec ofPrefix(AttentionSpec spec) {
        return AttentionSpec.builder(spec.queryHeads(), spec.headDim())
                .kvHeads(spec.kvHeads())
                .valueDim(spec.valueDim())
                .softmaxScale(spec.softmaxScale())
                .softcap(spec.softcap())
                .probabilityScale(spec.probabilityScale())
                .type(spec.queryType())
                .kvType(spec.kvType())
                .outputType(spec.outputType())
                .keyLayout(spec.keyLayout())
                .pageLen(spec.pageLen())
                .logSumExp()
                .build();
    }

    /// Computes one batch over what `snapshot` holds.
    ///
    /// @param arguments query and output `[batch, queryHeads, queryLen, dim]`, of several rows only where one
    ///     stride leads through the rows of all sequences, as in `[batch, queryLen, heads, dim]`; the sink, if the
    ///     spec has one; the log-sum-exp, if it is wanted
    /// @throws IllegalArgumentException as [AttentionPlan#run], and if an argument of another kind is given
    public synchronized void run(KvCache.Snapshot snapshot, AttentionArguments arguments) {
        Tensor query = Door.given("query", arguments.query);
        Tensor output = Door.given("output", arguments.output);
        check(snapshot, query, output, arguments);
        int queryLen = query.size(2);
        int batch = snapshot.batch();
        int shared = sharedKeys(snapshot, queryLen);
        PartialOutput target = new PartialOutput(output, logSumExp(batch, queryLen));
        if (shared > 0) {
            common.run(with(arguments, snapshot.giveTo(new AttentionArguments()))
                    .query(stacked(query))
                    .output(stacked(output))
                    .logSumExp(logSumExp(1, batch * queryLen))
                    .pageTable(snapshot.table().ofFirst(shared / spec.pageLen()))
                    .lengths(new SequenceLengths(1).kvLens(shared)));
        }
        int[] lens = Arrays.stream(snapshot.lens()).map(len -> len - shared).toArray();
        AttentionArguments each = with(arguments, snapshot.giveTo(new AttentionArguments()))
                .query(query)
                .pageTable(snapshot.table().without(shared / spec.pageLen()))
                .lengths(new SequenceLengths(batch).kvLens(lens));
        each.sink = arguments.sink;
        own.run(shared > 0 ? each.accumulateInto(target) : each.output(output).logSumExp(target.logSumExp()));
        if (arguments.logSumExp != null) {
            copy(target.logSumExp(), arguments.logSumExp);
        }
    }

    private static AttentionArguments with(AttentionArguments given, AttentionArguments to) {
        to.cancellation = given.cancellation;
        to.threads = given.threads;
        return to;
    }

    private void check(KvCache.Snapshot snapshot, Tensor query, Tensor output, AttentionArguments given) {
        require(
                query.rank() == 4 && output.rank() == 4 && query.size(0) == snapshot.batch(),
                "query and output must be [batch, queryHeads, queryLen, dim] with a sequence of the snapshot each: query=%s, output=%s, sequences=%s",
                query,
                output,
                snapshot.batch());
        require(
                snapshot.batch() * (long) query.size(2) <= mostRows,
                "query must have at most the rows of the plan: rows=%s, planned=%s",
                snapshot.batch() * (long) query.size(2),
                mostRows);
        require(
                given.key == null && given.value == null && given.keyScale == null && given.valueScale == null,
                "keys and values come with the snapshot: give query, output, sink and logSumExp alone");
        require(
                given.pageTable == null && given.lengths == null,
                "pages and lengths come with the snapshot: give query, output, sink and logSumExp alone");
        require(
                !given.accumulate && given.report == null && given.scores == null && given.diagnostics == null,
                "a shared prefix tells the output and the logSumExp alone: run two plans for more");
        require(
                !masks(given),
                "a shared prefix takes no mask, bias, slopes, tree and captured tensors: run two plans for more");
        stacks("query", query);
        stacks("output", output);
        if (given.logSumExp != null) {
            Door.writable("logSumExp", given.logSumExp);
            Door.floating("logSumExp", given.logSumExp);
            Door.shape(
                    "logSumExp",
                    given.logSumExp,
                    "[batch, queryHeads, queryLen]",
                    query.size(0),
                    spec.queryHeads(),
                    query.size(2));
        }
    }

    private static boolean masks(AttentionArguments given) {
        return given.mask != null
                || given.bias != null
                || given.blockMask != null
                || given.alibiSlopes != null
                || given.treeBits != null
                || !given.captured.isEmpty();
    }

    private static void stacks(String name, Tensor rows) {
        boolean oneStride = rows.stride(0) == rows.size(2) * rows.stride(2);
        require(
                rows.size(0) <= 1 || rows.size(2) <= 1 || oneStride,
                "the rows of all sequences must be one stride apart, as in [batch, queryLen, heads, dim]: %s=%s",
                name,
                rows);
    }

    /// Keys of whole pages that all sequences share, and that every row sees.
    private int sharedKeys(KvCache.Snapshot snapshot, int queryLen) {
        int shortest = Arrays.stream(snapshot.lens()).min().orElse(0);
        int seen = spec.mask() instanceof Mask.Causal ? shortest - queryLen : shortest;
        int keys = Math.max(0, Math.min(snapshot.sharedLen(), seen));
        return snapshot.batch() < 2 || queryLen == 0 ? 0 : keys / spec.pageLen() * spec.pageLen();
    }

    /// `[1, heads, batch · queryLen, dim]` of `[batch, heads, queryLen, dim]`.
    private static Tensor stacked(Tensor rows) {
        long stride = rows.size(2) == 1 ? rows.stride(0) : rows.stride(2);
        return Tensor.strided(
                rows.segment(),
                rows.type(),
                rows.offset(),
                new int[] {1, rows.size(1), rows.size(0) * rows.size(2), rows.size(3)},
                new long[] {0, rows.stride(1), stride, rows.stride(3)});
    }

    /// `[batch, heads, queryLen]` of the plan's own memory, which holds the rows of a head one after the other.
    private Tensor logSumExp(int batch, int queryLen) {
        long bytes = logSumExp.type().bytes();
        return Tensor.strided(
                logSumExp.segment(), logSumExp.type(), 0, new int[] {batch, spec.queryHeads(), queryLen}, new long[] {
                    queryLen * bytes, mostRows * bytes, bytes
                });
    }

    private static void copy(Tensor from, Tensor to) {
        for (int b = 0; b < from.size(0); b++) {
            for (int h = 0; h < from.size(1); h++) {
                for (int i = 0; i < from.size(2); i++) {
                    to.set(from.get(b, h, i), b, h, i);
                }
            }
        }
    }

    /// Bytes held until [#close].
    public long workspaceBytes() {
        return common.workspaceBytes()
                + own.workspaceBytes()
                + logSumExp.segment().byteSize();
    }

    /// Waits for the run under way and frees the workspaces. Closing again does nothing.
    @Override
    public synchronized void close() {
        try {
            common.close();
        } finally {
            own.close();
        }
    }
}
