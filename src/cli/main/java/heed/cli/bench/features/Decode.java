package heed.cli.bench.features;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.KvCache;
import heed.attention.KvShape;
import heed.attention.KvStorage;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import heed.cli.bench.InTurn;
import heed.cli.bench.KeyValue;
import heed.cli.bench.RowCheck;
import heed.cli.bench.ShapeData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Decode steps: keys in pages, keys and values in fewer bits. Keys lie as the backend prefers them.
final class Decode {
    private Decode() {}

    /// Pages of `pageLen` keys against keys that lie together. The pages of all caches lie mixed, as those of
    /// sequences that grow side by side do.
    static Pair paged(Setting setting, BenchShape shape, int pageLen) {
        AttentionSpec rows = shape.spec(KeyLayout.rows());
        KeyLayout layout = setting.layout(rows, pageLen);
        ShapeData data = setting.data(shape);
        List<AttentionArguments> together = data.arguments(layout);
        AttentionSpec spec = rows.toBuilder().keyLayout(layout).pageLen(pageLen).build();
        KvCache cache = cache(setting, spec, together.size() * Math.ceilDiv(shape.kvLen(), pageLen));
        int[] sequences = fill(cache, data.first(), together.size());
        List<AttentionArguments> apart = new ArrayList<>();
        for (int sequence : sequences) {
            KvCache.Snapshot now = cache.snapshot(sequence);
            setting.onClose(now::close);
            apart.add(now.giveTo(new AttentionArguments().query(data.query()).output(data.output()))
                    .lengths(new SequenceLengths(1).kvLens(shape.kvLen())));
        }
        AttentionPlan plan = setting.plan(spec, shape.sizes());
        AttentionPlan base = setting.plan(shape.spec(layout), shape.sizes());
        return new Pair(
                new InTurn(plan, apart),
                new InTurn(base, together),
                () -> checked(setting, shape, data, plan, apart.getFirst()));
    }

    static KvCache cache(Setting setting, AttentionSpec spec, int pages) {
        return new KvCache(KvStorage.allocate(KvShape.of(spec, spec.pageLen(), pages), setting.arena()));
    }

    /// Sequences that all hold `rows`, grown together a page at a time.
    private static int[] fill(KvCache cache, KeyValue rows, int count) {
        int[] sequences =
                IntStream.range(0, count).map(_ -> cache.newSequence()).toArray();
        int pageLen = cache.storage().shape().pageLen();
        int len = rows.key().elements().size(2);
        for (int at = 0; at < len; at += pageLen) {
            KeyValue page = rows.slice(at, Math.min(at + pageLen, len));
            for (int sequence : sequences) {
                append(cache, sequence, page);
            }
        }
        return sequences;
    }

    static void append(KvCache cache, int sequence, KeyValue rows) {
        cache.append(sequence, heads(rows.key().elements()), heads(rows.value().elements()));
    }

    /// `[heads, len, dim]` of `[1, heads, len, dim]`.
    private static Tensor heads(Tensor tensor) {
        int[] shape = {tensor.size(1), tensor.size(2), tensor.size(3)};
        long[] strides = {tensor.stride(1), tensor.stride(2), tensor.stride(3)};
        return Tensor.strided(tensor.segment(), tensor.type(), tensor.offset(), shape, strides);
    }

    /// Keys and values in the shape's type against the same numbers of them in f32.
    static Pair stored(Setting setting, BenchShape shape) {
        BenchShape wide = shape.withType(ElementType.F32);
        ShapeData data = setting.data(shape);
        KeyLayout layout = setting.layout(shape.spec(KeyLayout.rows()), shape.kvLen());
        List<AttentionArguments> small = data.arguments(layout);
        AttentionPlan plan = setting.plan(shape.spec(layout), shape.sizes());
        return new Pair(
                new InTurn(plan, small),
                contiguous(setting, wide, setting.data(wide)),
                () -> checked(setting, shape, data, plan, small.getFirst()));
    }

    /// Runs over the caches of `data`, keys as the backend prefers them.
    static Runnable contiguous(Setting setting, BenchShape shape, ShapeData data) {
        KeyLayout layout = setting.layout(shape.spec(KeyLayout.rows()), shape.kvLen());
        return new InTurn(setting.plan(shape.spec(layout), shape.sizes()), data.arguments(layout));
    }

    private static Verdict checked(
            Setting setting, BenchShape shape, ShapeData data, AttentionPlan plan, AttentionArguments first) {
        RowCheck check = new RowCheck(shape, data, setting.reference());
        data.forgetOutput();
        plan.run(first);
        return new Verdict(check.maxError(data.output()), check.tolerance());
    }
}
