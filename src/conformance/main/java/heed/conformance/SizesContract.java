package heed.conformance;

import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The reference at sizes that meet no tile: each pair of values of two dimensions occurs, not the whole product.
public interface SizesContract extends BackendContract {
    /// Head and value dimensions, lengths, groups and types, pairwise.
    @TestFactory
    default Stream<DynamicTest> awkwardSizes() {
        List<Size> sizes = Size.pairwise();
        return IntStream.range(0, sizes.size()).mapToObj(n -> {
            Size size = sizes.get(n);
            return DynamicTest.dynamicTest(size.toString(), () -> {
                AttentionSpec spec = size.spec();
                Duel.check(computing(spec), Problem.random(spec, 1, size.queryLen, size.kvLen, 1000 + n));
            });
        });
    }

    /// One combination.
    record Size(int group, int headDim, int valueDim, int queryLen, int kvLen, ElementType type) {
        private static final int[] DIMS = {1, 3, 7, 8, 15, 16, 17, 64, 80, 128, 256};
        private static final int[] KV_LENS = {0, 1, 2, 37, 127, 501, 1100};
        private static final int[] QUERY_LENS = {97, 33, 5, 2, 1, 0};
        private static final int[] GROUPS = {1, 2, 7};

        /// Multiplications that the reference does in some tens of milliseconds.
        private static final long BUDGET = 3_000_000;

        /// 77 combinations hold every (headDim, kvLen) pair, since 11 and 7 are coprime; the other dimensions cycle
        /// with periods that keep them from moving together.
        static List<Size> pairwise() {
            List<Size> sizes = new ArrayList<>();
            for (int n = 0; n < DIMS.length * KV_LENS.length; n++) {
                int group = GROUPS[(n + n / 6) % GROUPS.length];
                int headDim = DIMS[n % DIMS.length];
                int valueDim = DIMS[(n + 3 * (n / DIMS.length)) % DIMS.length];
                int kvLen = KV_LENS[n % KV_LENS.length];
                ElementType type = n / 2 % 2 == 0 ? ElementType.F32 : ElementType.F64;
                long perRow = 2L * group * kvLen * (headDim + valueDim);
                int queryLen = affordable(n % QUERY_LENS.length, perRow);
                sizes.add(new Size(group, headDim, valueDim, queryLen, kvLen, type));
            }
            sizes.add(new Size(1, 64, 64, 97, 501, ElementType.F32));
            sizes.add(new Size(1, 128, 128, 33, 1100, ElementType.F32));
            sizes.add(new Size(7, 80, 80, 1, 1100, ElementType.F32));
            return sizes;
        }

        private static int affordable(int from, long perRow) {
            int n = from;
            while (QUERY_LENS[n] * perRow > BUDGET && n < QUERY_LENS.length - 2) {
                n++;
            }
            return QUERY_LENS[n];
        }

        AttentionSpec spec() {
            return AttentionSpec.builder(2 * group, headDim)
                    .kvHeads(2)
                    .valueDim(valueDim)
                    .type(type)
                    .build();
        }
    }
}
