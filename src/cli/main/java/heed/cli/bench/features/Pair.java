package heed.cli.bench.features;

import java.util.function.Supplier;

/// A feature and its base, ready to run, and the check of the feature's result.
///
/// @param feature one run with it
/// @param base one run without
/// @param check runs the feature once more, over an output of NaN, and looks at what it wrote
record Pair(Runnable feature, Runnable base, Supplier<Verdict> check) {}
