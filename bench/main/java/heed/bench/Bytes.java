package heed.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Counts bytes that had to be read, so that results read in B/s.
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Bytes {
    /// Since the iteration began.
    public long bytes;

    /// Begins an iteration.
    @Setup(Level.Iteration)
    public void reset() {
        bytes = 0;
    }
}
