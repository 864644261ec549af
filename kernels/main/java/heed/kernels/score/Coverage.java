package heed.kernels.score;

/// How much of a tile of pairs a mask shows.
enum Coverage {
    /// Nothing: the tile need not be computed.
    EMPTY,
    /// Perhaps some.
    PARTIAL,
    /// All of it: the mask need not be looked at.
    FULL;

    Coverage and(Coverage other) {
        return this == EMPTY || other == EMPTY ? EMPTY : this == FULL ? other : this;
    }

    Coverage or(Coverage other) {
        return this == FULL || other == FULL ? FULL : this == EMPTY ? other : this;
    }
}
