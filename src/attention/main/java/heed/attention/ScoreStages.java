package heed.attention;

/// Writes the scores of a run as they are at a [ScoreStage], by definition and in double: apart from the output,
/// since fused kernels never hold them.
final class ScoreStages {
    private ScoreStages() {}

    /// Writes every score of `call`.
    static void write(AttentionCall call, ScoreStage stage) {
        double[] query = new double[call.spec().headDim()];
        double[] key = new double[call.spec().headDim()];
        for (int b = 0; b < call.batch(); b++) {
            double[] scores = new double[call.kvLen(b)];
            for (int h = 0; h < call.spec().queryHeads(); h++) {
                for (int i = 0; i < call.queryLen(b); i++) {
                    call.checkCancelled();
                    call.readQuery(b, h, i, query);
                    for (int j = 0; j < scores.length; j++) {
                        call.readKey(b, h / call.spec().groupSize(), j, key);
                        scores[j] = score(call, stage, b, h, i, j, query, key);
                    }
                    if (stage == ScoreStage.PROBABILITIES) {
                        normalise(scores, call.sinkLogit(h));
                    }
                    store(call, b, h, i, scores);
                }
            }
        }
    }

    private static double score(
            AttentionCall call, ScoreStage stage, int b, int h, int i, int j, double[] query, double[] key) {
        double dot = 0;
        for (int d = 0; d < query.length; d++) {
            dot += query[d] * key[d];
        }
        double scaled = call.spec().softmaxScale() * dot;
        return switch (stage) {
            case SCALED -> scaled;
            case SOFTCAPPED -> call.pairs().capped(scaled);
            case BIASED, PROBABILITIES -> call.score(b, h, i, j, scaled);
        };
    }

    private static void normalise(double[] scores, double sink) {
        SoftmaxState state = SoftmaxState.of(sink);
        for (double score : scores) {
            state = state.merge(SoftmaxState.of(score));
        }
        for (int j = 0; j < scores.length; j++) {
            boolean hidden = scores[j] == Double.NEGATIVE_INFINITY;
            scores[j] = hidden ? 0 : Math.exp(scores[j] - state.max()) / state.sum();
        }
    }

    private static void store(AttentionCall call, int b, int h, int i, double[] scores) {
        Tensor target = call.scores();
        long at = call.scoresAt(b, h, i);
        for (int j = 0; j < scores.length; j++) {
            target.type().write(target.segment(), at + j * target.stride(3), scores[j]);
        }
    }
}
