package heed.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Counts floating-point operations, so that results read in FLOP/s.
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Flops {
    /// Since the iteration began.
    public long flops;

    /// Begins an iteration.
    @Setup(Level.Iteration)
    public void reset() {
        flops = 0;
    }
}
