package heed.cli.print;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Rows under a header, aligned for people: text to the left, numbers to the right.
public final class Table {
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    /// A table with these column titles.
    public Table(String... titles) {
        header = List.of(titles);
    }

    /// Adds a row, a cell for each column.
    public Table row(Object... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException(
                    "a row needs a cell for each column: columns=" + header.size() + ", cells=" + cells.length);
        }
        rows.add(java.util.Arrays.stream(cells).map(Object::toString).toList());
        return this;
    }

    /// Writes the header and the rows.
    public void print(PrintWriter out) {
        int columns = header.size();
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            int column = c;
            List<String> cells = rows.stream().map(row -> row.get(column)).toList();
            widths[c] = Math.max(
                    width(header.get(c)),
                    cells.stream().mapToInt(Table::width).max().orElse(0));
            numeric[c] =
                    cells.stream().allMatch(Table::isNumeric) && cells.stream().anyMatch(cell -> !cell.equals("-"));
        }
        out.println(line(header, widths, numeric));
        rows.forEach(row -> out.println(line(row, widths, numeric)));
        out.flush();
    }

    private static String line(List<String> cells, int[] widths, boolean[] numeric) {
        List<String> padded = new ArrayList<>();
        for (int c = 0; c < cells.size(); c++) {
            String space = " ".repeat(widths[c] - width(cells.get(c)));
            padded.add(numeric[c] ? space + cells.get(c) : cells.get(c) + space);
        }
        return padded.stream().collect(Collectors.joining("  ")).stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static boolean isNumeric(String cell) {
        return cell.equals("-") || cell.matches("[-+]?[0-9][0-9.,]*(e[-+]?[0-9]+)?( ?%)?");
    }
}
