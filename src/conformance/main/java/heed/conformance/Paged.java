package heed.conformance;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import heed.attention.KvShape;
import heed.attention.KvStorage;
import heed.attention.PageTable;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// The keys and values of a [Problem] in pages that lie in no order, with garbage wherever no key lies: NaN, or the
/// largest integers under scales of NaN.
///
/// A page whose keys sequence 0 has, too, is one page for both.
record Paged(Problem problem, KvStorage storage, PageTable table) {
    /// Pages that no sequence has.
    private static final int SPARE = 3;

    /// Spoils one argument of a run that is otherwise right.
    @FunctionalInterface
    interface Spoil {
        /// What to run instead of `arguments`, which describe `paged` and write to `target`.
        AttentionArguments spoil(AttentionArguments arguments, Paged paged, PartialOutput target);
    }

    /// @param common keys from the first on that are the same in every sequence
    static Paged of(Problem problem, int pageLen, KvShape.PageOrder order, int common) {
        int[] lens = problem.kvLens();
        int width = problem.batch() == 0 ? 0 : Math.ceilDiv(problem.key().size(2), pageLen);
        List<Integer> unused = shuffled(lens.length * width + SPARE, problem.seed());
        AttentionSpec spec = problem.spec();
        KvShape shape = new KvShape(
                spec.kvHeads(),
                spec.headDim(),
                spec.valueDim(),
                spec.kvType(),
                spec.keyLayout(),
                pageLen,
                unused.size(),
                order);
        int[] table = new int[lens.length * width];
        java.util.Arrays.fill(table, -1); // not looked at
        Paged paged = new Paged(
                problem.withSpec(spec.toBuilder().pageLen(pageLen).build()),
                KvStorage.allocate(shape, Arena.ofAuto()),
                new PageTable(table, width));
        paged.spoil();
        for (int b = 0; b < lens.length; b++) {
            for (int n = 0; n * pageLen < lens[b]; n++) {
                int end = Math.min(lens[b], (n + 1) * pageLen);
                boolean shares = b > 0 && end <= Math.min(common, lens[0]);
                table[b * width + n] = shares ? table[n] : unused.removeLast();
                if (!shares) {
                    paged.write(b, n * pageLen, end, table[b * width + n]);
                }
            }
        }
        return paged;
    }

    private static List<Integer> shuffled(int count, long seed) {
        List<Integer> pages = new ArrayList<>();
        for (int page = 0; page < count; page++) {
            pages.add(page);
        }
        Collections.shuffle(pages, new Random(seed));
        return pages;
    }

    private void spoil() {
        double garbage = Stored.garbage(problem.spec().kvType());
        Tensors.fill(storage.keys(), garbage);
        Tensors.fill(storage.values(), garbage);
        storage.keyScales().ifPresent(scales -> Tensors.fill(scales, Double.NaN));
        storage.valueScales().ifPresent(scales -> Tensors.fill(scales, Double.NaN));
    }

    private void write(int b, int from, int to, int page) {
        writeKeys(part(problem.key(), b, from, to), storage.keys().slice(0, page, page + 1));
        copy(problem.value(), b, from, to, storage.values(), page);
        copy(problem.keyScale(), b, from, to, storage.keyScales(), page);
        copy(problem.valueScale(), b, from, to, storage.valueScales(), page);
    }

    private void writeKeys(Tensor keys, Tensor page) {
        Tensors.forEach(keys.shape(), at -> {
            double key = keys.get(at);
            switch (problem.spec().keyLayout()) {
                case KeyLayout.Rows _ -> page.set(key, at);
                case KeyLayout.Panels(int width) -> page.set(key, 0, at[1], at[2] / width, at[3], at[2] % width);
            }
        });
    }

    private static void copy(Optional<Tensor> rows, int b, int from, int to, Optional<Tensor> pages, int page) {
        rows.ifPresent(tensor -> copy(tensor, b, from, to, pages.orElseThrow(), page));
    }

    private static void copy(Tensor rows, int b, int from, int to, Tensor pages, int page) {
        Tensor source = part(rows, b, from, to);
        Tensor target = pages.slice(0, page, page + 1);
        Tensors.forEach(source.shape(), at -> target.set(source.get(at), at));
    }

    private static Tensor part(Tensor rows, int b, int from, int to) {
        return rows.slice(0, b, b + 1).slice(2, from, to);
    }

    /// The arguments of a run that writes to `target`.
    AttentionArguments arguments(PartialOutput target) {
        AttentionArguments arguments = problem.arguments(target)
                .key(storage.keys())
                .value(storage.values())
                .pageTable(table);
        storage.keyScales().ifPresent(arguments::keyScale);
        storage.valueScales().ifPresent(arguments::valueScale);
        return arguments;
    }

    PartialOutput run(AttentionBackend backend) {
        PartialOutput result = problem.room();
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT)) {
            plan.run(arguments(result));
        }
        return result;
    }
}
