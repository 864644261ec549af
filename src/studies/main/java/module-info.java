/// What papers say attention does, computed again: one package a paper.
@org.jspecify.annotations.NullMarked
module heed.studies {
    requires static org.jspecify;
    requires transitive heed.attention;
    requires heed.model;
    requires ejml.core;
    requires ejml.ddense;
    // the processor time of a thread
    requires java.management;

    exports heed.studies;
    exports heed.studies.claim;
    exports heed.studies.page;
}
