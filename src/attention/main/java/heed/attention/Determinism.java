package heed.attention;

/// What may change the bits of a result on one backend and machine.
public enum Determinism {
    /// A row's bits depend on its spec and its own sequence's data and lengths alone: never on plan sizes, neighbours
    /// in the batch, thread count, specialisation or JIT tier.
    DEFAULT,
    /// And not on phase: the whole sequence, chunks of it or one row at a time give the same bits.
    BITWISE
}
