import heed.attention.AttentionBackend;
import heed.attention.GemmBackend;

/// The `heed` command: the core on the module path, backends from a directory.
@org.jspecify.annotations.NullMarked
module heed.cli {
    requires transitive heed.attention;
    requires heed.conformance;
    requires heed.model;
    requires heed.studies;
    requires info.picocli;
    requires tools.jackson.databind;
    requires jdk.incubator.vector;
    requires jdk.management;
    requires static org.jspecify;

    exports heed.cli.bench;
    exports heed.cli.print;

    // picocli fills fields, Jackson reads records.
    opens heed.cli to
            info.picocli,
            tools.jackson.databind;
    opens heed.cli.bench to
            tools.jackson.databind;
    opens heed.cli.bench.features to
            tools.jackson.databind;
    opens heed.cli.study to
            tools.jackson.databind;
    opens heed.cli.tune to
            tools.jackson.databind;

    uses AttentionBackend;
    uses heed.attention.BackendSource;
    uses GemmBackend;
}
