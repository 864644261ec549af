package heed.cli.attend;

import heed.attention.QueryAlignment;
import heed.cli.input.InputException;
import java.util.Arrays;
import java.util.List;

/// Where sequences lie and how long they are.
final class LengthOptions {
    private LengthOptions() {}

    static List<AttendOption<?>> all() {
        return List.of(
                AttendOption.value(
                        "--align",
                        "WHERE",
                        String.class,
                        "Position of the first query: top-left (0), bottom-right (kvLen - queryLen, the default), a number or one"
                                + " for each sequence, with commas.",
                        LengthOptions::align),
                AttendOption.numbers(
                        "--query-lens",
                        "N",
                        "Query rows of each sequence, the first of those given.",
                        (call, n) -> call.lengths().query(Rows.ofLens("--query-lens", n))),
                AttendOption.numbers(
                        "--query-starts",
                        "N",
                        "Sequences lie one after the other in query [1, heads, rows, dim]: first row of each, from 0, then the"
                                + " number of rows.",
                        (call, n) -> call.lengths().query(Rows.ofStarts("--query-starts", n))),
                AttendOption.numbers(
                        "--kv-lens",
                        "N",
                        "Keys of each sequence, likewise.",
                        (call, n) -> call.lengths().kv(Rows.ofLens("--kv-lens", n))),
                AttendOption.numbers(
                        "--kv-starts",
                        "N",
                        "Likewise for key and value.",
                        (call, n) -> call.lengths().kv(Rows.ofStarts("--kv-starts", n))));
    }

    private static void align(AttendCall call, String where) {
        switch (where) {
            case "top-left" -> call.spec().alignment(QueryAlignment.TOP_LEFT);
            case "bottom-right" -> call.spec().alignment(QueryAlignment.BOTTOM_RIGHT);
            default -> {
                call.spec().alignment(QueryAlignment.OFFSET);
                call.lengths().offsets(positions(where));
            }
        }
    }

    private static int[] positions(String where) {
        try {
            return Arrays.stream(where.split(",", -1))
                    .mapToInt(number -> Integer.parseInt(number.strip()))
                    .toArray();
        } catch (NumberFormatException failure) {
            throw new InputException(
                    failure, "--align must be top-left, bottom-right or whole numbers: --align=%s", where);
        }
    }
}
