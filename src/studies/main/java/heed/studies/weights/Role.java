package heed.studies.weights;

/// What a matrix of a block does.
enum Role {
    QUERY("W_Q"),
    KEY("W_K"),
    VALUE("W_V"),
    PROJECTION("W_O"),
    GATE("FFN gate"),
    UP("FFN up"),
    DOWN("FFN down");

    private final String symbol;

    Role(String symbol) {
        this.symbol = symbol;
    }

    /// As papers write it.
    String symbol() {
        return symbol;
    }
}
