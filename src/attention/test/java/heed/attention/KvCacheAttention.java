package heed.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import heed.attention.KvCacheModel.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Attention over the pages of a snapshot and over doubles that lie together, which must not differ in a bit: the
/// reference computes in double, and doubles hold what is stored exactly.
final class KvCacheAttention implements AutoCloseable {
    /// Most sequences of a run.
    static final int BATCH = 3;

    private static final int QUERY_LEN = 2;
    private static final int GROUP = 2;

    private final KvShape shape;
    private final AttentionPlan paged;
    private final AttentionPlan together;

    KvCacheAttention(KvShape shape) {
        this.shape = shape;
        AttentionSpec spec = AttentionSpec.builder(GROUP * shape.kvHeads(), shape.headDim())
                .kvHeads(shape.kvHeads())
                .valueDim(shape.valueDim())
                .mask(Mask.causal())
                .build();
        paged = plan(spec.toBuilder()
                .kvType(shape.type())
                .keyLayout(shape.keyLayout())
                .pageLen(shape.pageLen())
                .build());
        together = plan(spec.toBuilder().kvType(ElementType.F64).build());
    }

    private AttentionPlan plan(AttentionSpec spec) {
        AttentionSizes sizes = new AttentionSizes(BATCH, QUERY_LEN, shape.pageCount() * shape.pageLen());
        return Attention.load().backend("reference").plan(spec, sizes, PlanOptions.DEFAULT);
    }

    void check(KvCache.Snapshot snapshot, List<Sequence> expected, Random random) {
        int batch = expected.size();
        float[] query = new float[batch * GROUP * shape.kvHeads() * QUERY_LEN * shape.headDim()];
        for (int n = 0; n < query.length; n++) {
            query[n] = (float) random.nextGaussian();
        }
        float[] overPages = run(paged, snapshot.giveTo(new AttentionArguments()), query, snapshot.lens());
        int[] lens = expected.stream().mapToInt(Sequence::len).toArray();
        float[] overCopies = run(together, copies(expected, lens), query, lens);
        assertArrayEquals(overCopies, overPages, 0f, "output over pages");
    }

    private float[] run(AttentionPlan plan, AttentionArguments arguments, float[] query, int[] lens) {
        int heads = GROUP * shape.kvHeads();
        float[] output = new float[lens.length * heads * QUERY_LEN * shape.valueDim()];
        plan.run(arguments
                .query(Tensor.of(query, lens.length, heads, QUERY_LEN, shape.headDim()))
                .output(Tensor.of(output, lens.length, heads, QUERY_LEN, shape.valueDim()))
                .lengths(new SequenceLengths(lens.length).kvLens(lens)));
        return output;
    }

    private AttentionArguments copies(List<Sequence> sequences, int[] lens) {
        int batch = lens.length;
        int longest = Arrays.stream(lens).max().orElse(0);
        double[] keys = new double[batch * shape.kvHeads() * longest * shape.headDim()];
        double[] values = new double[batch * shape.kvHeads() * longest * shape.valueDim()];
        for (int b = 0; b < batch; b++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                for (int j = 0; j < lens[b]; j++) {
                    KvCacheModel.Token token = sequences.get(b).tokens.get(j);
                    int row = (b * shape.kvHeads() + head) * longest + j;
                    System.arraycopy(token.keys()[head], 0, keys, row * shape.headDim(), shape.headDim());
                    System.arraycopy(token.values()[head], 0, values, row * shape.valueDim(), shape.valueDim());
                }
            }
        }
        return new AttentionArguments()
                .key(Tensor.of(keys, batch, shape.kvHeads(), longest, shape.headDim()))
                .value(Tensor.of(values, batch, shape.kvHeads(), longest, shape.valueDim()));
    }

    @Override
    public void close() {
        paged.close();
        together.close();
    }
}
