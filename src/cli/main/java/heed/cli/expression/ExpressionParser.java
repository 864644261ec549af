package heed.cli.expression;

import heed.attention.Mask;
import heed.attention.MaskExpression;
import heed.attention.MaskExpression.Comparison;
import heed.attention.ScoreExpression;
import heed.attention.ScoreExpression.Axis;
import heed.attention.ScoreExpression.BinaryOperator;
import heed.attention.ScoreExpression.UnaryOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// Reads expressions from text, by recursive descent: a method for each line of the grammar.
///
/// ```
/// either     = both { "or" both }
/// both       = denied { "and" denied }
/// denied     = "not" denied | comparison
/// comparison = sum [ ("<" | "<=" | "==" | "!=" | ">=" | ">") sum ]
/// sum        = product { ("+" | "-") product }
/// product    = signed { ("*" | "/") signed }
/// signed     = "-" signed | primary
/// primary    = NUMBER | "(" either ")" | NAME | NAME "(" arguments ")" | NAME "[" sum { "," sum } "]"
/// ```
///
/// A name with indices is a captured tensor, a name with arguments a function or a mask, a lone one an index of
/// the pair, `score`, `infinity` or a mask. Conditions that meet are one condition; a condition that meets a
/// mask is a mask, too.
public final class ExpressionParser {
    /// Axes of a captured tensor, at most.
    private static final int AXES = 4;

    private final Tokens tokens;
    private final Names names;

    private ExpressionParser(Tokens tokens, Names names) {
        this.tokens = tokens;
        this.names = names;
    }

    /// The score function that `text`, the value of `option`, writes out.
    ///
    /// @throws heed.cli.input.InputException if it is none: the position, and what was expected there
    public static ScoreExpression score(String option, String text, Names names) {
        ExpressionParser parser = new ExpressionParser(new Tokens(option, text), names);
        return parser.number(parser.whole());
    }

    /// The mask that `text` writes out, likewise: a condition, or masks joined by `and` and `or`.
    public static Mask visible(String option, String text, Names names) {
        ExpressionParser parser = new ExpressionParser(new Tokens(option, text), names);
        return parser.mask(parser.whole());
    }

    private Term whole() {
        Term term = either();
        if (tokens.peek().kind() != Token.Kind.END) {
            throw tokens.refusal("an operator or the end", tokens.peek());
        }
        return term;
    }

    private Term either() {
        Term left = both();
        while (tokens.accept("or")) {
            left = join(left, both(), MaskExpression::or, Mask::or);
        }
        return left;
    }

    private Term both() {
        Term left = denied();
        while (tokens.accept("and")) {
            left = join(left, denied(), MaskExpression::and, Mask::and);
        }
        return left;
    }

    private Term join(
            Term left,
            Term right,
            BiFunction<MaskExpression, MaskExpression, MaskExpression> conditions,
            BiFunction<Mask, Mask, Mask> masks) {
        return left instanceof Term.Condition(var a, int at) && right instanceof Term.Condition(var b, int _)
                ? new Term.Condition(conditions.apply(a, b), at)
                : new Term.Seen(masks.apply(mask(left), mask(right)), left.position());
    }

    private Term denied() {
        int at = tokens.peek().position();
        return tokens.accept("not") ? new Term.Condition(condition(denied()).not(), at) : comparison();
    }

    private Term comparison() {
        Term left = sum();
        return switch (tokens.peek().text()) {
            case "!=" ->
                new Term.Condition(compare(Comparison.EQUAL, left, false).not(), left.position());
            case ">" -> new Term.Condition(compare(Comparison.LESS, left, true), left.position());
            case ">=" -> new Term.Condition(compare(Comparison.LESS_OR_EQUAL, left, true), left.position());
            case String text ->
                Spelling.find(List.of(Comparison.values()), Spelling::of, text)
                        .<Term>map(found -> new Term.Condition(compare(found, left, false), left.position()))
                        .orElse(left);
        };
    }

    /// @param swapped whether `left` is the right side: `a > b` is `b < a`
    private MaskExpression compare(Comparison comparison, Term left, boolean swapped) {
        tokens.take();
        ScoreExpression first = number(left);
        ScoreExpression second = number(sum());
        return swapped
                ? new MaskExpression.Compare(comparison, second, first)
                : new MaskExpression.Compare(comparison, first, second);
    }

    private Term sum() {
        return chain(this::product, List.of(BinaryOperator.ADD, BinaryOperator.SUBTRACT));
    }

    private Term product() {
        return chain(this::signed, List.of(BinaryOperator.MULTIPLY, BinaryOperator.DIVIDE));
    }

    /// Operands between operators of one rank, from the left.
    private Term chain(Supplier<Term> operand, List<BinaryOperator> operators) {
        Term left = operand.get();
        Optional<BinaryOperator> found = operatorOf(operators);
        while (found.isPresent()) {
            tokens.take();
            ScoreExpression first = number(left);
            ScoreExpression second = number(operand.get());
            left = new Term.Number(new ScoreExpression.Binary(found.get(), first, second), left.position());
            found = operatorOf(operators);
        }
        return left;
    }

    private Optional<BinaryOperator> operatorOf(List<BinaryOperator> operators) {
        return Spelling.find(operators, Spelling::of, tokens.peek().text());
    }

    /// A number with its sign is one number, as in the fluent form.
    private Term signed() {
        int at = tokens.peek().position();
        if (!tokens.accept(Spelling.of(UnaryOperator.NEGATE))) {
            return primary();
        }
        ScoreExpression operand = number(signed());
        return new Term.Number(
                operand instanceof ScoreExpression.Constant(double value)
                        ? ScoreExpression.constant(-value)
                        : operand.negate(),
                at);
    }

    private Term primary() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NUMBER -> new Term.Number(constant(token), token.position());
            case NAME -> named(token);
            case SYMBOL, END -> {
                if (!token.is("(")) {
                    throw tokens.refusal("a number, a name or \"(\"", token);
                }
                Term inner = either();
                tokens.expect(")");
                yield inner;
            }
        };
    }

    private ScoreExpression constant(Token token) {
        double value = Double.parseDouble(token.text());
        if (Double.isInfinite(value)) {
            throw tokens.refusal("a number below 2^1024", token);
        }
        return ScoreExpression.constant(value);
    }

    private Term named(Token name) {
        if (tokens.accept("[")) {
            return new Term.Number(captured(name), name.position());
        }
        return tokens.accept("(") ? applied(name) : lone(name);
    }

    private ScoreExpression captured(Token name) {
        if (!names.tensors().contains(name.text())) {
            throw tokens.refusal("the name of a captured tensor, --capture %s=FILE".formatted(name.text()), name);
        }
        List<ScoreExpression> indices = new ArrayList<>();
        do {
            indices.add(number(sum()));
        } while (indices.size() < AXES && tokens.accept(","));
        tokens.expect("]");
        return new ScoreExpression.Captured(name.text(), indices);
    }

    private Term applied(Token name) {
        Term result = switch (name.text()) {
            case "select" -> new Term.Number(select(), name.position());
            case "window" -> new Term.Seen(window(), name.position());
            case "first" -> new Term.Seen(Mask.firstKeys(whole(tokens.peek())), name.position());
            default -> new Term.Number(function(name), name.position());
        };
        tokens.expect(")");
        return result;
    }

    private ScoreExpression select() {
        MaskExpression condition = condition(either());
        tokens.expect(",");
        ScoreExpression then = number(sum());
        tokens.expect(",");
        return condition.select(then, number(sum()));
    }

    private Mask window() {
        int left = whole(tokens.peek());
        tokens.expect(",");
        return Mask.slidingWindow(left, whole(tokens.peek()));
    }

    /// The size of a mask, which is not of each pair: a whole number written as such.
    private int whole(Token first) {
        if (number(signed()) instanceof ScoreExpression.Constant(double value) && value == (int) value) {
            return (int) value;
        }
        throw tokens.refusal("a whole number", first);
    }

    private ScoreExpression function(Token name) {
        Optional<UnaryOperator> one = Spelling.find(List.of(UnaryOperator.values()), Spelling::of, name.text());
        Optional<BinaryOperator> two = Spelling.find(List.of(BinaryOperator.values()), Spelling::of, name.text());
        if (one.isEmpty() && two.isEmpty()) {
            throw tokens.refusal("a function (" + Spelling.functions() + ") or a mask (window, first)", name);
        }
        ScoreExpression first = number(sum());
        if (one.isPresent()) {
            return first.apply(one.get());
        }
        tokens.expect(",");
        return new ScoreExpression.Binary(two.orElseThrow(), first, number(sum()));
    }

    private Term lone(Token name) {
        int at = name.position();
        Optional<Axis> axis = Spelling.find(List.of(Axis.values()), Spelling::of, name.text());
        if (axis.isPresent()) {
            return new Term.Number(new ScoreExpression.Index(axis.get()), at);
        }
        Mask given = names.masks().get(name.text());
        if (given != null) {
            return new Term.Seen(given, at);
        }
        return switch (name.text()) {
            case "score" -> new Term.Number(ScoreExpression.score(), at);
            case "infinity" -> new Term.Number(ScoreExpression.constant(Double.POSITIVE_INFINITY), at);
            case "causal" -> new Term.Seen(Mask.causal(), at);
            default -> throw tokens.refusal("score, query, key, head, sequence, infinity, NAME[...] or a mask", name);
        };
    }

    private ScoreExpression number(Term term) {
        if (term instanceof Term.Number(var value, int _)) {
            return value;
        }
        throw tokens.refusal("a number", term.position(), term.name());
    }

    private MaskExpression condition(Term term) {
        if (term instanceof Term.Condition(var value, int _)) {
            return value;
        }
        throw tokens.refusal("a condition", term.position(), term.name());
    }

    private Mask mask(Term term) {
        return switch (term) {
            case Term.Condition(var value, int _) -> Mask.expression(value);
            case Term.Seen(var value, int _) -> value;
            case Term.Number _ -> throw tokens.refusal("a condition or a mask", term.position(), term.name());
        };
    }
}
