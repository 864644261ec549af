package heed.attention;

import java.util.List;

/// The measurement of one [ShapeBucket]: every candidate over the same tensors, checked first, then timed in turns.
///
/// Candidates alternate, so that a machine whose clock falls, or that others use, too, is slow for each of
/// them; a turn begins with a run that is not timed, since it finds the other's data in the caches.
final class Trial {
    private static final int FEWEST_TURNS = 3;
    private static final int MOST_TURNS = 15;

    private final Tuning.Effort effort;
    private final PlanOptions options;
    private final AttentionSpec spec;
    private final AttentionSizes sizes;
    private final boolean decode;

    /// @param asked a spec of `bucket`
    Trial(AttentionSpec asked, ShapeBucket bucket, PlanOptions options, Tuning.Effort effort) {
        this.effort = effort;
        this.options = options.withMaxConcurrentRuns(1);
        spec = spec(asked, bucket);
        sizes = new AttentionSizes(1, bucket.queryLen(), bucket.kvLen());
        decode = bucket.decodes();
    }

    /// What stands for the bucket: `asked` for one sequence with as many heads.
    private static AttentionSpec spec(AttentionSpec asked, ShapeBucket bucket) {
        boolean placed = asked.alignment() == QueryAlignment.OFFSET;
        AttentionSpec.Builder spec = AttentionSpec.builder(bucket.heads() * bucket.groupSize(), asked.headDim())
                .kvHeads(bucket.heads())
                .valueDim(asked.valueDim())
                .softmaxScale(asked.softmaxScale())
                .softcap(asked.softcap())
                .probabilityScale(asked.probabilityScale())
                .mask(asked.mask())
                .alignment(placed ? QueryAlignment.BOTTOM_RIGHT : asked.alignment())
                .type(asked.queryType())
                .kvType(asked.kvType())
                .outputType(asked.outputType())
                .keyLayout(asked.keyLayout())
                .pageLen(asked.pageLen());
        if (asked.sink()) {
            spec.sink();
        }
        return asked.hasLogSumExp() ? spec.logSumExp().build() : spec.build();
    }

    /// What each of `candidates` costs, in their order.
    List<MeasuredCost> of(List<AttentionBackend> candidates) {
        try (TrialData data = new TrialData(spec, sizes, decode)) {
            TrialCheck check = new TrialCheck(spec, sizes, data.arguments().getFirst());
            List<Contender> contenders = candidates.stream()
                    .map(backend -> new Contender(backend, data.arguments()))
                    .toList();
            try {
                for (Contender contender : contenders) {
                    contender.prepare(spec, sizes, options, data, check);
                    contender.warmUp(effort);
                }
                race(contenders);
                return contenders.stream().map(Contender::cost).toList();
            } finally {
                contenders.forEach(Contender::close);
            }
        }
    }

    private void race(List<Contender> contenders) {
        long begin = System.nanoTime();
        long most = effort.nanos() * contenders.size();
        for (int turn = 0; turn < FEWEST_TURNS || (turn < MOST_TURNS && System.nanoTime() - begin < most); turn++) {
            contenders.forEach(contender -> contender.turn(effort));
        }
    }
}
