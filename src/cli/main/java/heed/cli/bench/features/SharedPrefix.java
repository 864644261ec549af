package heed.cli.bench.features;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.KvCache;
import heed.attention.PartialOutput;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import heed.cli.bench.InTurn;
import heed.cli.bench.KeyValue;
import heed.cli.bench.RowCheck;
import heed.cli.bench.ShapeData;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A decode step of several sequences that begin with the same keys: these once for all of them, as one sequence with
/// many query rows, then the own keys of each, merged into it.
///
/// Source: the cascades of FlashInfer, arXiv:2501.01005; the merge is [PartialOutput].
final class SharedPrefix {
    private final Setting setting;
    private final BenchShape shape;
    private final int prefix;
    private final ShapeData data;
    private final AttentionSpec spec;

    /// @param shape a batch, packed token after token; the first `prefix` keys of each sequence are made equal
    SharedPrefix(Setting setting, BenchShape shape, int prefix) {
        this.setting = setting;
        this.shape = shape;
        this.prefix = prefix;
        data = setting.data(shape);
        spec = shape.spec(KeyLayout.rows());
        share(data.first().key().elements());
        share(data.first().value().elements());
    }

    private void share(Tensor rows) {
        MemorySegment segment = rows.segment();
        long sequence = shape.kvLen() * rows.stride(2);
        for (int b = 1; b < shape.batch(); b++) {
            MemorySegment.copy(segment, 0, segment, b * sequence, prefix * rows.stride(2));
        }
    }

    /// Against one call in which each sequence has all its keys to itself.
    Pair againstCopies() {
        return pair(Decode.contiguous(setting, shape, data));
    }

    /// Against one call over pages, of which the sequences share those of the prefix.
    Pair againstForks(int pageLen) {
        KeyLayout layout = setting.layout(spec, pageLen);
        AttentionSpec paged =
                spec.toBuilder().keyLayout(layout).pageLen(pageLen).build();
        KvCache cache = Decode.cache(setting, paged, shape.batch() * Math.ceilDiv(shape.kvLen(), pageLen));
        int[] sequences = new int[shape.batch()];
        sequences[0] = cache.newSequence();
        Decode.append(cache, sequences[0], keys(0, 0, prefix));
        for (int b = 1; b < sequences.length; b++) {
            sequences[b] = cache.fork(sequences[0]);
        }
        for (int b = 0; b < sequences.length; b++) {
            Decode.append(cache, sequences[b], keys(b, prefix, shape.kvLen()));
        }
        KvCache.Snapshot now = cache.snapshot(sequences);
        setting.onClose(now::close);
        AttentionArguments arguments = now.giveTo(
                        new AttentionArguments().query(bySequence(data.query())).output(bySequence(data.output())))
                .lengths(new SequenceLengths(shape.batch()).kvLens(now.lens()));
        return pair(new InTurn(setting.plan(paged, shape.sizes()), List.of(arguments)));
    }

    private KeyValue keys(int sequence, int from, int to) {
        int first = sequence * shape.kvLen();
        return data.first().slice(first + from, first + to);
    }

    private Pair pair(Runnable base) {
        AttentionSpec partial = spec.toBuilder().logSumExp().build();
        int own = shape.kvLen() - prefix;
        AttentionPlan common = setting.plan(partial, new AttentionSizes(1, shape.batch(), prefix));
        AttentionPlan apart = setting.plan(partial, new AttentionSizes(shape.batch(), 1, own));
        Tensor logSumExp = data.tensor(ElementType.F32, 1, shape.batch(), shape.queryHeads());
        AttentionArguments all = keys(0, 0, prefix)
                .giveTo(new AttentionArguments().query(data.query()).output(data.output()))
                .logSumExp(logSumExp.permute(0, 2, 1));
        PartialOutput merged = new PartialOutput(bySequence(data.output()), logSumExp.permute(1, 2, 0));
        AttentionArguments each = new AttentionArguments()
                .query(bySequence(data.query()))
                .key(ownKeys(data.first().key().elements()))
                .value(ownKeys(data.first().value().elements()))
                .accumulateInto(merged);
        Runnable shared = () -> {
            common.run(all);
            apart.run(each);
        };
        return new Pair(shared, base, () -> checked(shared));
    }

    private Verdict checked(Runnable shared) {
        RowCheck check = new RowCheck(shape, data, setting.reference());
        data.forgetOutput();
        shared.run();
        return new Verdict(check.maxError(data.output()), check.tolerance());
    }

    /// `[batch, heads, 1, dim]` of the rows of `[1, heads, batch, dim]`.
    private static Tensor bySequence(Tensor rows) {
        return rows.permute(2, 1, 0, 3);
    }

    /// `[batch, heads, own, dim]`: what follows the prefix of each sequence.
    private Tensor ownKeys(Tensor rows) {
        int[] sizes = {shape.batch(), rows.size(1), shape.kvLen() - prefix, rows.size(3)};
        long[] strides = {shape.kvLen() * rows.stride(2), rows.stride(1), rows.stride(2), rows.stride(3)};
        return Tensor.strided(rows.segment(), rows.type(), rows.offset() + prefix * rows.stride(2), sizes, strides);
    }
}
