package heed.studies.claim;

/// Where a claim comes from, which says what it means that it fails.
///
/// @param kind who says so
/// @param where section, equation or reference; empty if the kind says all
public record Source(Kind kind, String where) {
    /// Who says so.
    public enum Kind {
        /// An identity or a construction with a derived bound.
        EXACT("exact", true),

        /// Derived for the study, by us; never to be quoted as the paper's.
        DERIVED("derived", true),

        /// The paper's own text.
        PAPER("paper", false),

        /// Attributed to the paper by summaries, not seen in its text.
        PAPER_UNSEEN("paper?", false),

        /// Related work.
        RELATED("related", false);

        private final String tag;
        private final boolean ours;

        Kind(String tag, boolean ours) {
            this.tag = tag;
            this.ours = ours;
        }
    }

    /// An identity or construction.
    public static Source exact(String where) {
        return new Source(Kind.EXACT, where);
    }

    /// Our own derivation.
    public static Source derived(String where) {
        return new Source(Kind.DERIVED, where);
    }

    /// The paper's text.
    public static Source paper(String where) {
        return new Source(Kind.PAPER, where);
    }

    /// What summaries say of the paper.
    public static Source paperUnseen(String where) {
        return new Source(Kind.PAPER_UNSEEN, where);
    }

    /// Other work.
    public static Source related(String where) {
        return new Source(Kind.RELATED, where);
    }

    /// Whether a check of it must hold: one of ours must, one of others' is a finding if it does not.
    public boolean mustHold() {
        return kind.ours;
    }

    /// Its tag, then where.
    @Override
    public String toString() {
        return where.isEmpty() ? kind.tag : kind.tag + ", " + where;
    }
}
