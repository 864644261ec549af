package heed.bench;

/// What every forked JVM of a benchmark is started with.
final class Forked {
    /// Resolves the Vector API, which no manifest can ask for.
    static final String VECTOR = "--add-modules=jdk.incubator.vector";

    /// OpenBLAS is called without a warning.
    static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    private Forked() {}
}
