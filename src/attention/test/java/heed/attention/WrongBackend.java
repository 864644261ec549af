package heed.attention;

import heed.attention.reference.ReferenceBackend;
import java.util.function.Consumer;

/// The reference with another name, spoiled: what every run wrote is changed after it.
record WrongBackend(String name, int rank, Consumer<AttentionArguments> spoil) implements AttentionBackend {
    private static final ReferenceBackend RIGHT = new ReferenceBackend();

    /// Adds `error` to element 1 of row `i` of head `h` in sequence `b`.
    static WrongBackend at(int b, int h, int i, double error) {
        return new WrongBackend("wrong", 9, arguments -> {
            Tensor output = java.util.Objects.requireNonNull(arguments.output);
            output.set(output.get(b, h, i, 1) + error, b, h, i, 1);
        });
    }

    @Override
    public Availability availability() {
        return RIGHT.availability();
    }

    @Override
    public Support support(AttentionSpec spec) {
        return RIGHT.support(spec);
    }

    @Override
    public Support gradientSupport(AttentionSpec spec) {
        return RIGHT.gradientSupport(spec);
    }

    /// Does nothing.
    @Override
    public GradientPlan planGradient(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        return new NoGradient(name, spec, sizes);
    }

    private record NoGradient(String backend, AttentionSpec spec, AttentionSizes sizes) implements GradientPlan {
        @Override
        public long workspaceBytes() {
            return 0;
        }

        @Override
        public void run(AttentionArguments forward, GradientArguments gradients) {}

        @Override
        public void close() {}
    }

    /// No [CheckedPlan]: a backend may do without.
    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        AttentionPlan right = RIGHT.plan(spec, sizes, options);
        return new AttentionPlan() {
            @Override
            public AttentionSpec spec() {
                return spec;
            }

            @Override
            public AttentionSizes sizes() {
                return sizes;
            }

            @Override
            public String backend() {
                return name;
            }

            @Override
            public long workspaceBytes() {
                return right.workspaceBytes();
            }

            @Override
            public void run(AttentionArguments arguments) {
                right.run(arguments);
                spoil.accept(arguments);
            }

            @Override
            public void close() {
                right.close();
            }
        };
    }
}
