package heed.attention;

/// Which rows of a plan are checked: one of each `every` in a row, at a place that a hash gives.
///
/// A stratum has exactly one, whatever the runs between which its rows are spread; so a run that is passed over costs
/// a hash or two, and no draw is remembered.
///
/// @param seed of the plan
/// @param every rows of a stratum
record RowSampling(long seed, long every) {
    /// 2⁶⁴ over the golden ratio: consecutive multiples are far apart (Steele et al. 2014, SplitMix).
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    /// The sampling of plan number `plan` of a check.
    static RowSampling of(SelfCheck check, long plan) {
        return new RowSampling(mixed(check.seed() + plan * GOLDEN), check.rows());
    }

    /// The first checked row that is not before `row`.
    long next(long row) {
        long stratum = row / every;
        long at = of(stratum);
        return at >= row ? at : of(stratum + 1);
    }

    private long of(long stratum) {
        return stratum * every + Long.remainderUnsigned(mixed(seed + stratum * GOLDEN), every);
    }

    /// SplitMix64's finaliser.
    private static long mixed(long state) {
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
