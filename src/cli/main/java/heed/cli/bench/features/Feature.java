package heed.cli.bench.features;

import heed.cli.bench.BenchShape;
import java.util.function.Function;

/// A row of the table, before it is measured.
///
/// @param name what is measured
/// @param base against what
/// @param asked how, and what is asked of it
/// @param shape sizes of the feature's run
/// @param opener makes the runs ready
record Feature(String name, String base, Asked asked, BenchShape shape, Function<Setting, Pair> opener) {}
