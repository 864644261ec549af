package heed.cli.bench;

import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.cli.input.InputException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How shapes are written: `queryHeads/kvHeads,queryLen/kvLen,headDim` and words in any order, each at most once.
final class ShapeSyntax {
    /// For people; the words without a default stand for "no mask", f32, rows and one sequence.
    static final String GRAMMAR = "queryHeads/kvHeads,queryLen/kvLen,headDim"
            + "[,causal][,f32|f64|f16|bf16|int8|int4][,rows|panels][,batch=N]";

    private static final Pattern SYNTAX = Pattern.compile("(\\d+)/(\\d+),(\\d+)/(\\d+),(\\d+)((?:,[a-z0-9=]+)*)");
    private static final String BATCH = "batch=";

    private final String text;
    private final Set<String> given = new HashSet<>();
    private boolean causal;
    private boolean panels;
    private ElementType type = ElementType.F32;
    private int batch = 1;

    private ShapeSyntax(String text) {
        this.text = text;
    }

    /// Reads a shape.
    ///
    /// @throws InputException if `text` is none
    static BenchShape parse(String text) {
        Matcher numbers = SYNTAX.matcher(text);
        ShapeSyntax syntax = new ShapeSyntax(text);
        if (!numbers.matches()) {
            throw syntax.refusal();
        }
        for (String word : numbers.group(6).split(",")) {
            syntax.take(word);
        }
        BenchShape shape = new BenchShape(
                syntax.batch,
                size(numbers.group(1)),
                size(numbers.group(2)),
                size(numbers.group(3)),
                size(numbers.group(4)),
                size(numbers.group(5)),
                syntax.causal,
                syntax.type,
                syntax.panels);
        shape.spec(KeyLayout.rows()); // refuses heads that do not divide, and the like
        return shape;
    }

    private void take(String word) {
        if (word.isEmpty()) {
            return;
        }
        if (word.equals("causal")) {
            once("causal");
            causal = true;
        } else if (word.equals("rows") || word.equals("panels")) {
            once("layout");
            panels = word.equals("panels");
        } else if (word.startsWith(BATCH) && word.length() > BATCH.length()) {
            once("batch");
            batch = size(word.substring(BATCH.length()));
        } else {
            once("type");
            type = type(word);
        }
    }

    private void once(String kind) {
        if (!given.add(kind)) {
            throw new InputException("a shape may have one %s: shape=%s", kind, text);
        }
    }

    private ElementType type(String word) {
        for (ElementType candidate : ElementType.values()) {
            if (candidate != ElementType.BOOL && word(candidate).equals(word)) {
                return candidate;
            }
        }
        throw refusal();
    }

    private InputException refusal() {
        return new InputException("a shape must be %s: shape=%s", GRAMMAR, text);
    }

    private static int size(String digits) {
        try {
            int size = Integer.parseInt(digits);
            if (size > 0) {
                return size;
            }
        } catch (NumberFormatException notANumber) {
            throw new InputException(
                    notANumber, "a size must be a number of at most %d: size=%s", Integer.MAX_VALUE, digits);
        }
        throw new InputException("a size must be at least 1: size=%s", digits);
    }

    /// The word for `type`.
    static String word(ElementType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /// `shape` as [#parse] reads it, with its type and without the other words for what is the default.
    static String text(BenchShape shape) {
        return shape.queryHeads() + "/" + shape.kvHeads() + "," + shape.queryLen() + "/" + shape.kvLen() + ","
                + shape.headDim() + (shape.causal() ? ",causal" : "") + "," + word(shape.kvType())
                + (shape.panels() ? ",panels" : "") + (shape.batch() > 1 ? "," + BATCH + shape.batch() : "");
    }
}
