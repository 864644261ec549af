package heed.kernels.score;

import heed.attention.AttentionCall;
import heed.attention.MaskExpression;
import heed.attention.ScoreExpression;
import heed.attention.ScoreExpressionException;
import heed.attention.Tensor;
import heed.kernels.tile.RowFunctions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An expression compiled for rows: its operations in order, each a loop over the columns of a block, equal
/// parts once.
///
/// What does not depend on the key is computed once for a row, in double. A column costs a load, an operation
/// and a store for each node; interpreted pair by pair it would cost a hundred times that.
final class RowProgram {
    /// Positions up to here are exact in f32.
    static final int MOST_POSITION = 1 << 24;

    private final List<Node> nodes = new ArrayList<>();

    /// One operation, and the nodes that are its operands.
    ///
    /// @param part the expression, a [ScoreExpression] or a [MaskExpression]
    /// @param operands numbers of nodes before it
    /// @param isOfRow whether it is the same for all keys of a row
    /// @param mayLeave whether [FloatRange] looks at what it gives
    record Node(Object part, int[] operands, boolean isOfRow, boolean mayLeave) {}

    /// Compiles `expression`; the last node is its value.
    static RowProgram of(ScoreExpression expression) {
        RowProgram program = new RowProgram();
        program.add(expression);
        return program;
    }

    /// Compiles `condition`.
    static RowProgram of(MaskExpression condition) {
        RowProgram program = new RowProgram();
        program.add(condition);
        return program;
    }

    List<Node> nodes() {
        return nodes;
    }

    private int add(ScoreExpression expression) {
        return switch (expression) {
            case ScoreExpression.Score _ -> node(expression, false);
            case ScoreExpression.Constant _ -> node(expression, true);
            case ScoreExpression.Index(var axis) -> node(expression, axis != ScoreExpression.Axis.KEY_POSITION);
            case ScoreExpression.Captured(var _, var indices) ->
                node(expression, indices.stream().mapToInt(this::add).toArray());
            case ScoreExpression.Unary(var _, var operand) -> node(expression, add(operand));
            case ScoreExpression.Binary(var _, var left, var right) -> node(expression, add(left), add(right));
            case ScoreExpression.Select(var condition, var then, var otherwise) ->
                node(expression, add(condition), add(then), add(otherwise));
        };
    }

    private int add(MaskExpression condition) {
        return switch (condition) {
            case MaskExpression.Compare(var _, var left, var right) -> vector(condition, add(left), add(right));
            case MaskExpression.Both(var left, var right) -> vector(condition, add(left), add(right));
            case MaskExpression.Either(var left, var right) -> vector(condition, add(left), add(right));
            case MaskExpression.Not(var operand) -> vector(condition, add(operand));
        };
    }

    private int node(Object part, boolean isOfRow) {
        return number(new Node(part, new int[0], isOfRow, false));
    }

    private int node(ScoreExpression part, int... operands) {
        boolean isOfRow = Arrays.stream(operands).allMatch(n -> nodes.get(n).isOfRow);
        Node node = new Node(part, operands, isOfRow, false);
        return number(new Node(part, operands, isOfRow, FloatRange.isAsked(nodes, node)));
    }

    /// Conditions are computed by columns even where a row has but one.
    private int vector(MaskExpression part, int... operands) {
        return number(new Node(part, operands, false, false));
    }

    private int number(Node node) {
        for (int n = 0; n < nodes.size(); n++) {
            if (nodes.get(n).part.equals(node.part)) {
                return n;
            }
        }
        nodes.add(node);
        return nodes.size() - 1;
    }

    /// Computes the columns of `row`.
    ///
    /// @return the register of `row` that holds the value
    float[] run(AttentionCall call, RowScores row) {
        row.lacksElements = false;
        row.leftRange = false;
        for (int n = 0; n < nodes.size(); n++) {
            Node node = nodes.get(n);
            if (node.isOfRow) {
                Arrays.fill(row.registers[n], row.from, row.to, rowValue(call, row, (ScoreExpression) node.part));
            } else {
                compute(call, row, node, row.registers[n]);
                if (node.mayLeave) {
                    look(row, node, row.registers[n]);
                }
            }
        }
        return row.registers[nodes.size() - 1];
    }

    /// A factor or divisor that a row has but one of is looked at alone: ALiBi’s slope costs no pass over the columns.
    private void look(RowScores row, Node node, float[] o) {
        float[] x = row.registers[node.operands[0]];
        float[] y = row.registers[node.operands[node.operands.length - 1]];
        boolean isProduct = node.part instanceof ScoreExpression.Binary(var operator, var _, var _)
                && operator == ScoreExpression.BinaryOperator.MULTIPLY;
        if ((isProduct && isOrdinary(row, node.operands[0]))
                || isOrdinary(row, node.operands[node.operands.length - 1])) {
            return;
        }
        row.leftRange |= FloatRange.leaves(node.part, x, y, o, row.first, row.last);
    }

    private boolean isOrdinary(RowScores row, int operand) {
        return nodes.get(operand).isOfRow
                && row.first < row.last
                && FloatRange.isOrdinary(row.registers[operand][row.first]);
    }

    /// NaN where an index of a captured tensor does not exist, which may not matter: the row then looks at the
    /// definition.
    private static float rowValue(AttentionCall call, RowScores row, ScoreExpression part) {
        try {
            double value = call.pairs().rowValue(part, row.b, row.head, row.i);
            row.leftRange |= FloatRange.leaves(value);
            return (float) value;
        } catch (ScoreExpressionException none) {
            row.lacksElements = true;
            return Float.NaN;
        }
    }

    private static void compute(AttentionCall call, RowScores row, Node node, float[] o) {
        float[][] r = row.registers;
        int[] operands = node.operands;
        int from = row.from;
        int to = row.to;
        switch (node.part) {
            case ScoreExpression.Score _ -> System.arraycopy(row.s, row.at + from, o, from, to - from);
            case ScoreExpression.Index _ -> positions(row, o);
            case ScoreExpression.Captured captured -> gather(call, row, captured, operands, o);
            case ScoreExpression.Unary(var operator, var _) -> unary(operator, r[operands[0]], o, from, to);
            case ScoreExpression.Binary(var operator, var _, var _) ->
                binary(operator, r[operands[0]], r[operands[1]], o, from, to);
            case ScoreExpression.Select _ ->
                RowFunctions.select(r[operands[0]], r[operands[1]], r[operands[2]], o, from, to);
            case MaskExpression.Compare(var comparison, var _, var _) ->
                compare(comparison, r[operands[0]], r[operands[1]], o, from, to);
            case MaskExpression.Both _ -> RowFunctions.multiply(r[operands[0]], r[operands[1]], o, from, to);
            case MaskExpression.Either _ -> RowFunctions.max(r[operands[0]], r[operands[1]], o, from, to);
            case MaskExpression.Not _ -> RowFunctions.affine(-1, r[operands[0]], 1, o, from, to);
            default -> throw new AssertionError("constants are of the row: " + node.part);
        }
    }

    private static void positions(RowScores row, float[] o) {
        for (int n = row.from; n < row.to; n++) {
            o[n] = row.origin + n;
        }
    }

    private static void unary(ScoreExpression.UnaryOperator operator, float[] x, float[] o, int from, int to) {
        switch (operator) {
            case NEGATE -> RowFunctions.affine(-1, x, 0, o, from, to);
            case ABS -> RowFunctions.abs(x, o, from, to);
            case EXP -> RowFunctions.exp(x, o, from, to);
            case TANH -> RowFunctions.tanh(x, from, 1, 1, o, from, to - from);
            case LOG, FLOOR -> {
                for (int n = from; n < to; n++) {
                    o[n] = (float) operator.of(x[n]);
                }
            }
        }
    }

    private static void binary(
            ScoreExpression.BinaryOperator operator, float[] x, float[] y, float[] o, int from, int to) {
        switch (operator) {
            case ADD -> RowFunctions.add(x, y, o, from, to);
            case SUBTRACT -> RowFunctions.subtract(x, y, o, from, to);
            case MULTIPLY -> RowFunctions.multiply(x, y, o, from, to);
            case DIVIDE -> RowFunctions.divide(x, y, o, from, to);
            case MIN -> RowFunctions.min(x, y, o, from, to);
            case MAX -> RowFunctions.max(x, y, o, from, to);
        }
    }

    private static void compare(
            MaskExpression.Comparison comparison, float[] x, float[] y, float[] o, int from, int to) {
        switch (comparison) {
            case LESS -> RowFunctions.less(x, y, o, from, to);
            case LESS_OR_EQUAL -> RowFunctions.lessOrEqual(x, y, o, from, to);
            case EQUAL -> RowFunctions.equal(x, y, o, from, to);
        }
    }

    /// Elements of a captured tensor for the columns that are within the mask's interval.
    private static void gather(
            AttentionCall call, RowScores row, ScoreExpression.Captured captured, int[] operands, float[] o) {
        Tensor tensor = call.captured(captured.name());
        MemorySegment segment = tensor.segment();
        Arrays.fill(o, row.from, row.to, 0);
        for (int n = row.first; n < row.last; n++) {
            long at = at(row, tensor, operands, n);
            if (at < 0) {
                row.lacksElements = true;
                o[n] = Float.NaN;
                continue;
            }
            o[n] = switch (tensor.type()) {
                case F32 -> segment.get(ValueLayout.JAVA_FLOAT, at);
                case F16, BF16, F64, BOOL, INT8, INT4 -> (float) tensor.type().read(segment, at);
            };
        }
    }

    /// Byte of the element that column `n` asks for; negative if there is none.
    private static long at(RowScores row, Tensor tensor, int[] operands, int n) {
        long at = tensor.offset();
        for (int axis = 0; axis < operands.length; axis++) {
            float index = row.registers[operands[axis]][n];
            if (!ScoreExpression.Captured.isIndex(tensor, axis, index)) {
                return -1;
            }
            at += (int) index * tensor.stride(axis);
        }
        return at;
    }
}
