package heed.model.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

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
        Arrays.fill(bytes, unknown);
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
        if (text.isEmpty()) {
            return new int[] {begin};
        }
        IntStream characters =
                (" " + text).codePoints().mapToObj(Character::toString).flatMapToInt(this::character);
        int[] merged = PieceMerges.of(new Merges(), characters.toArray());
        return IntStream.concat(IntStream.of(begin), IntStream.of(merged)).toArray();
    }

    private IntStream character(String text) {
        OptionalInt token = tokenOf(text);
        if (token.isPresent()) {
            return token.stream();
        }
        byte[] units = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, units.length).map(n -> bytes[Byte.toUnsignedInt(units[n])]);
    }

    private OptionalInt tokenOf(String text) {
        Integer token = texts.get(text);
        return token == null ? OptionalInt.empty() : OptionalInt.of(token);
    }

    /// What neighbours merge to.
    private final class Merges implements PieceMerges.Table {
        @Override
        public OptionalInt merged(int left, int right) {
            return tokenOf(pieces.get(left).text() + pieces.get(right).text());
        }

        @Override
        public float score(int token) {
            return pieces.get(token).score();
        }
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
