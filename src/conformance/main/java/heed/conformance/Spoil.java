package heed.conformance;

import heed.attention.AttentionArguments;
import heed.attention.PartialOutput;

/// Spoils one argument of a run that is otherwise right.
@FunctionalInterface
interface Spoil {
    /// Replaces something in `arguments`, which describe `problem` and write to `target`.
    void accept(AttentionArguments arguments, Problem problem, PartialOutput target);
}
