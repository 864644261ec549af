package heed.model;

/// The room that a context leaves for new tokens.
final class Room {
    /// Unless more are asked for.
    private static final int USUAL = 256;

    private Room() {}

    /// Tokens to add to a prompt.
    ///
    /// @throws IllegalArgumentException if there is no room for what is asked
    static int of(GenerationRequest request, int promptTokens, int contextLen) {
        int left = contextLen - promptTokens;
        int tokens = request.tokens().orElse(Math.min(USUAL, Math.max(1, left)));
        if (promptTokens == 0) {
            throw new IllegalArgumentException("the prompt must have a token, since this tokenizer adds none: prompt=");
        }
        if (tokens > left) {
            throw new IllegalArgumentException(
                    "prompt and new tokens must fit the model's context: prompt=%d tokens, new=%d, context=%d"
                            .formatted(promptTokens, tokens, contextLen));
        }
        return tokens;
    }
}
