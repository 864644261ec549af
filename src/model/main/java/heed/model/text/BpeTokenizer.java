package heed.model.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Byte-pair encoding with scores, as SentencePiece trains it (Sennrich et al. 2016, arXiv:1508.07909; Kudo and
/// Richardson 2018, arXiv:1808.06226) and llama2.c runs it.
///
/// A text gets a space in front, becomes its characters, or their bytes where the vocabulary lacks one, and
/// then the neighbours that make the token of highest score are merged, the first of equals, until none make
/// any.
public final class BpeTokenizer implements TextTokenizer {
    private final List<Piece> pieces;
    private final int begin;
    private final Set<Integer> ends;
    private final int unknown;
    private final Map<String, Integer> texts = new HashMap<>();
    private final int[] bytes = new int[256];

    /// A tokenizer over `pieces`.
    ///
    /// @param begin the token that begins a text
    /// @param ends the tokens that end one
    /// @param unknown stands for bytes that the vocabulary lacks
    public BpeTokenizer(List<Piece> pieces, int begin, Set<Integer> ends, int unknown) {
        this.pieces = List.copyOf(pieces);
        this.begin = begin;
        this.ends = Set.copyOf(ends);
        this.unknown = unknown;
        java.util.Arrays.fill(bytes, unknown);
        for (int token = pieces.size() - 1; token >= 0; token--) { // the first of equals stays
            Piece piece = pieces.get(token);
            int number = token;
            if (piece.kind() == Piece.Kind.TEXT) {
                texts.put(piece.text(), token);
            }
            piece.byteValue().ifPresent(value -> bytes[value] = number);
        }
    }

    @Override
    public int[] encode(String text) {
        List<Integer> tokens = new ArrayList<>();
        if (!text.isEmpty()) {
            (" " + text).codePoints().forEach(character -> add(Character.toString(character), tokens));
            merge(tokens);
        }
        tokens.addFirst(begin);
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private void add(String character, List<Integer> tokens) {
        Integer token = texts.get(character);
        if (token != null) {
            tokens.add(token);
            return;
        }
        for (byte unit : character.getBytes(StandardCharsets.UTF_8)) {
            tokens.add(bytes[Byte.toUnsignedInt(unit)]);
        }
    }

    private void merge(List<Integer> tokens) {
        while (true) {
            int best = -1;
            int bestToken = unknown;
            for (int n = 0; n + 1 < tokens.size(); n++) {
                Integer merged = texts.get(text(tokens.get(n)) + text(tokens.get(n + 1)));
                if (merged != null && (best < 0 || score(merged) > score(bestToken))) {
                    best = n;
                    bestToken = merged;
                }
            }
            if (best < 0) {
                return;
            }
            tokens.set(best, bestToken);
            tokens.remove(best + 1);
        }
    }

    private float score(int token) {
        return pieces.get(token).score();
    }

    private String text(int token) {
        return pieces.get(token).text();
    }

    @Override
    public String decode(int... tokens) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int token : tokens) {
            text.writeBytes(pieces.get(token).bytes());
        }
        String whole = text.toString(StandardCharsets.UTF_8);
        // the space that encode put in front
        return whole.startsWith(" ") && tokens[0] == begin ? whole.substring(1) : whole;
    }

    @Override
    public boolean isEnd(int token) {
        return ends.contains(token);
    }

    /// Nothing lies off the heap.
    @Override
    public void close() {}
}
