/// What every backend must do: the contract as tests to inherit, and golden cases computed by others.
@org.jspecify.annotations.NullMarked
module heed.conformance {
    requires transitive heed.attention;
    requires tools.jackson.databind;
    requires static jdk.management;
    requires static org.jspecify;
    requires static transitive org.junit.jupiter.api;

    uses heed.attention.GemmBackend;

    exports heed.conformance;
    exports heed.conformance.golden;
}
