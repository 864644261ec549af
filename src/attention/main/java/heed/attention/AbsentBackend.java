package heed.attention;

/// A backend that could not be loaded, kept so that its reason can be told.
///
/// @param name what it would be called, or the file it should have come from
/// @param availability why it is not there and what to do
public record AbsentBackend(String name, Availability.Unavailable availability) implements AttentionBackend {
    @Override
    public int rank() {
        return Integer.MIN_VALUE;
    }

    @Override
    public Support support(AttentionSpec spec) {
        return new Support.Check()
                .require(false, "backend", name, "a backend that loads")
                .result();
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        throw new BackendUnavailableException(name, availability);
    }
}
