package heed.conformance;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.PlanOptions;
import heed.attention.SelfCheck;
import heed.attention.Support;

/// What self-checks expect is what the reference computes: each row to within the rounding of double arithmetic and of
/// the output's type.
final class SelfCheckedReferenceTest
        implements MaskContract,
                MaskKindsContract,
                ExpressionContract,
                ExpressionRangeContract,
                LengthsContract,
                MergeContract,
                SelfCheckContract {
    @Override
    public AttentionBackend backend() {
        AttentionBackend reference = Attention.load().backend("reference");
        return new SelfChecked(new Definition(reference), SelfCheck.everyRow());
    }

    /// The reference under another name: under its own it is not checked.
    private record Definition(AttentionBackend reference) implements AttentionBackend {
        @Override
        public String name() {
            return "definition";
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public Availability availability() {
            return reference.availability();
        }

        @Override
        public Support support(AttentionSpec spec) {
            return reference.support(spec);
        }

        @Override
        public double unitRoundoff(AttentionSpec spec) {
            return 0x1p-53;
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            return reference.plan(spec, sizes, options);
        }
    }
}
