package heed.blas.cuda;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.PlanOptions;
import heed.attention.Support;

/// A backend that does not say what it rounds.
record Silent(AttentionBackend backend) implements AttentionBackend {
    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public int rank() {
        return backend.rank();
    }

    @Override
    public Availability availability() {
        return backend.availability();
    }

    @Override
    public Support support(AttentionSpec spec) {
        return backend.support(spec);
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        return backend.plan(spec, sizes, options);
    }
}
