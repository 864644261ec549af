package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.PartialOutput;
import heed.attention.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/// Puts NaN and ±∞ into keys and values: a row that sees them must show it as the reference does, any other must
/// keep its bits.
///
/// Quantised elements are always numbers, so their scales are poisoned. An infinite scale has no one meaning to
/// those who see it, since `∞ · Σ q · k` is not `Σ q · (∞ · k)`: it is only kept from those who do not.
final class Poisons {
    /// What no number is.
    private static final List<Double> POISONS = List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    private final AttentionBackend backend;
    private final Problem clean;
    private final PartialOutput before;

    private Poisons(AttentionBackend backend, Problem clean) {
        this.backend = backend;
        this.clean = clean;
        before = clean.run(backend);
    }

    /// Poisons one key and one value in turn on each side of the mask's edges of a problem of one sequence.
    static void atMaskEdges(AttentionBackend backend, Problem clean) {
        Poisons poisons = new Poisons(backend, clean);
        for (int j : edges(clean)) {
            for (double poison : POISONS) {
                poisons.key(poison, j);
                poisons.value(poison, j);
            }
        }
    }

    /// Up to eight keys: those beside the first and the last changes of what some row sees, and the first and last.
    private static List<Integer> edges(Problem problem) {
        int last = problem.kvLens()[0] - 1;
        int[] changes = IntStream.range(1, last)
                .filter(j -> IntStream.range(0, problem.queryLens()[0])
                        .anyMatch(i -> PlainAttention.sees(problem, 0, 0, i, j)
                                != PlainAttention.sees(problem, 0, 0, i, j - 1)))
                .flatMap(j -> IntStream.of(j - 1, j))
                .distinct()
                .toArray();
        return IntStream.concat(
                        IntStream.of(0, last),
                        IntStream.range(0, changes.length)
                                .filter(n -> n < 3 || n >= changes.length - 3)
                                .map(n -> changes[n]))
                .distinct()
                .boxed()
                .toList();
    }

    private void key(double poison, int j) {
        if (isQuantised()) {
            Tensor scale = spoiled(clean.keyScale().orElseThrow(), poison, j);
            judge(clean.withScales(scale, clean.valueScale().orElseThrow()), poison, j, "key scale");
        } else {
            Tensor key = spoiled(clean.key(), poison, j);
            judge(clean.withTensors(clean.query(), key, clean.value()), poison, j, "key");
        }
    }

    private void value(double poison, int j) {
        if (isQuantised()) {
            Tensor scale = spoiled(clean.valueScale().orElseThrow(), poison, j);
            judge(clean.withScales(clean.keyScale().orElseThrow(), scale), poison, j, "value scale");
        } else {
            Tensor value = spoiled(clean.value(), poison, j);
            judge(clean.withTensors(clean.query(), clean.key(), value), poison, j, "value");
        }
    }

    private boolean isQuantised() {
        return clean.spec().kvType().isQuantised();
    }

    /// A copy with the last element of row `j` of head 0 poisoned.
    private static Tensor spoiled(Tensor tensor, double poison, int j) {
        Tensor copy = Tensors.copy(tensor);
        if (copy.rank() == 3) {
            copy.set(poison, 0, 0, j);
        } else {
            copy.set(poison, 0, 0, j, copy.size(3) - 1);
        }
        return copy;
    }

    private void judge(Problem poisoned, double poison, int j, String what) {
        PartialOutput after = poisoned.run(backend);
        String where = "%s %s at key %d, %s".formatted(what, poison, j, clean);
        if (!isQuantised() || Double.isNaN(poison)) {
            Duel.of(poisoned, backend).judge(after, where);
        }
        for (int h = 0; h < clean.spec().queryHeads(); h++) {
            for (int i = 0; i < clean.queryLens()[0]; i++) {
                if (!PlainAttention.sees(clean, 0, h, i, j)) {
                    Tensors.assertSameBits(row(before, h, i), row(after, h, i), "row " + i + " may not see " + where);
                }
            }
        }
    }

    /// Row `i` of head `h` of sequence 0.
    static PartialOutput row(PartialOutput whole, int h, int i) {
        return new PartialOutput(
                whole.output().slice(1, h, h + 1).slice(2, i, i + 1),
                whole.logSumExp().slice(1, h, h + 1).slice(2, i, i + 1));
    }
}
