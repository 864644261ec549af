package heed.model;

import java.util.OptionalInt;

/// What is to be written.
///
/// @param prompt how the text begins, may be empty
/// @param tokens the most tokens to add; empty for as many as the context holds, at most 256
/// @param sampling how each is chosen
/// @param continuations texts to write from the one prompt, decoded together
public record GenerationRequest(String prompt, OptionalInt tokens, Sampling sampling, int continuations) {
    /// The most continuations: the rows that a matrix product is planned for.
    public static final int MOST_CONTINUATIONS = Llama.MAX_ROWS;

    /// Checks the counts.
    public GenerationRequest {
        if (tokens.isPresent() && tokens.getAsInt() < 1) {
            throw new IllegalArgumentException("tokens must be positive: tokens=" + tokens.getAsInt());
        }
        if (continuations < 1 || continuations > MOST_CONTINUATIONS) {
            throw new IllegalArgumentException("continuations must lie between 1 and %d: continuations=%d"
                    .formatted(MOST_CONTINUATIONS, continuations));
        }
    }

    /// One text, the most likely token always.
    public static GenerationRequest greedy(String prompt) {
        return new GenerationRequest(prompt, OptionalInt.empty(), Sampling.GREEDY, 1);
    }
}
