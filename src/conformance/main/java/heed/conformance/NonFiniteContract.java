package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.QueryAlignment;
import heed.attention.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// NaN and ±∞ reach every row that sees them, as in the reference, and no other row: its bits are those without.
public interface NonFiniteContract extends BackendContract {
    /// One poisoned key or value on each side of the mask's edges.
    @TestFactory
    default Stream<DynamicTest> poisonAtMaskEdges() {
        return MaskContract.masks().stream()
                .flatMap(mask -> Stream.of(new int[] {5, 40}, new int[] {12, 530})
                        .map(lens -> DynamicTest.dynamicTest(mask + " " + lens[0] + "×" + lens[1], () -> {
                            AttentionSpec spec = AttentionSpec.builder(2, 16)
                                    .kvHeads(1)
                                    .mask(mask)
                                    .alignment(QueryAlignment.OFFSET)
                                    .build();
                            AttentionBackend backend = computing(spec);
                            Problem clean = Problem.random(spec, 1, lens[0], lens[1], 71)
                                    .withOffsets(lens[1] / 2);
                            Poisons.atMaskEdges(backend, clean);
                        })));
    }

    /// A poisoned query row spoils itself alone.
    @Test
    default void poisonedQuery() {
        AttentionSpec spec = AttentionSpec.builder(2, 16).mask(Mask.causal()).build();
        AttentionBackend backend = computing(spec);
        Problem clean = Problem.random(spec, 1, 7, 60, 72);
        PartialOutput before = clean.run(backend);
        Tensor query = Tensors.copy(clean.query());
        query.set(Double.NaN, 0, 1, 4, 5);
        Problem poisoned = clean.withTensors(query, clean.key(), clean.value());
        PartialOutput after = poisoned.run(backend);
        Duel.of(poisoned).judge(after, poisoned.toString());
        for (int h = 0; h < 2; h++) {
            for (int i = 0; i < 7; i++) {
                if (h != 1 || i != 4) {
                    Tensors.assertSameBits(
                            Poisons.row(before, h, i), Poisons.row(after, h, i), "row " + i + " of head " + h);
                }
            }
        }
    }

    /// Large finite summands are no −∞: a row that sees only such keys is not empty, and −MAX weighs all keys
    /// alike.
    @TestFactory
    default Stream<DynamicTest> largeFiniteMasks() {
        return Stream.of(-10000.0, -1e30, -(double) Float.MAX_VALUE, 10000.0)
                .map(summand -> DynamicTest.dynamicTest(summand.toString(), () -> {
                    AttentionSpec spec = AttentionSpec.builder(2, 16)
                            .mask(Mask.additiveTensor())
                            .build();
                    AttentionBackend backend = computing(spec);
                    Problem problem = Problem.random(spec, 1, 16, 600, 73);
                    Tensor bias = Tensors.zeros(ElementType.F32, 4, 600);
                    for (int j = 0; j < 600; j++) {
                        bias.set(summand, 0, j);
                        bias.set(j < 550 ? summand : 0, 1, j);
                        bias.set(j < 550 ? summand : Double.NEGATIVE_INFINITY, 2, j);
                        bias.set(j == 0 ? 0 : summand, 3, j);
                    }
                    // One kind of row at a time: its bound must not be that of rows with larger
                    // scores.
                    for (int kind = 0; kind < 4; kind++) {
                        Duel.check(backend, problem.withBias(bias.slice(0, kind, kind + 1)));
                    }
                }));
    }

    /// Scores far apart and far from 0: the maximum must move without overflow.
    @TestFactory
    default Stream<DynamicTest> extremeScores() {
        return Stream.of(1e-30, 30.0, 1000.0, 1e15)
                .map(spread -> DynamicTest.dynamicTest("query times " + spread, () -> {
                    AttentionSpec spec = AttentionSpec.builder(1, 16).build();
                    AttentionBackend backend = computing(spec);
                    Problem problem = Problem.random(spec, 1, 5, 300, 74);
                    Tensor query = Tensors.copy(problem.query());
                    Tensors.forEach(query.shape(), at -> query.set(spread * query.get(at), at));
                    Duel.check(backend, problem.withTensors(query, problem.key(), problem.value()));
                }));
    }
}
