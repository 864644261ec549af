package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.reference.ReferenceBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A score that the expression is defined up to: on which side of it a backend is, its rounding decides.
final class SelfCheckUndefinedTest {
    private static final AttentionSizes SIZES = new AttentionSizes(1, 1, 2);

    /// The reference, which leaves the expression out.
    private record Lenient() implements AttentionBackend {
        @Override
        public String name() {
            return "lenient";
        }

        @Override
        public int rank() {
            return 1;
        }

        @Override
        public Availability availability() {
            return new ReferenceBackend().availability();
        }

        @Override
        public Support support(AttentionSpec spec) {
            return new Support.Supported();
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            AttentionSpec defined = AttentionSpec.builder(1, 4).build();
            return new Stated(spec, new ReferenceBackend().plan(defined, sizes, options));
        }
    }

    private record Stated(AttentionSpec spec, AttentionPlan plan) implements AttentionPlan {
        @Override
        public AttentionSizes sizes() {
            return plan.sizes();
        }

        @Override
        public String backend() {
            return "lenient";
        }

        @Override
        public long workspaceBytes() {
            return plan.workspaceBytes();
        }

        @Override
        public void run(AttentionArguments arguments) {
            plan.run(arguments);
        }

        @Override
        public void close() {
            plan.close();
        }
    }

    @Test
    void aRunThatEndedWellIsNotEndedByTheCheck() {
        AttentionSpec spec = AttentionSpec.builder(1, 4)
                .score(ScoreExpression.score()
                        .minus(ScoreExpression.constant(1))
                        .log())
                .build();
        CallReport report = new CallReport();
        try (AttentionPlan plan = Attention.of(List.of(new Lenient()))
                .selfCheck(SelfCheck.everyRow())
                .plan(spec, SIZES)) {
            plan.run(new AttentionArguments()
                    .query(Tensor.of(new float[4], 1, 1, 1, 4))
                    .key(Tensor.of(new float[8], 1, 1, 2, 4))
                    .value(Tensor.of(new float[8], 1, 1, 2, 4))
                    .output(Tensor.of(new float[4], 1, 1, 1, 4))
                    .report(report));
        }
        assertEquals(0, report.rowsChecked());
    }
}
