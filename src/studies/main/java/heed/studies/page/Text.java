package heed.studies.page;

import java.util.Locale;

/// Text in HTML and SVG.
public final class Text {
    private Text() {}

    /// `text` as it is, with what markup reserves written out.
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int n = 0; n < text.length(); n++) {
            char letter = text.charAt(n);
            switch (letter) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.append(letter);
            }
        }
        return escaped.toString();
    }

    /// About how wide `text` is as a tick: fonts differ, so this is on the safe side.
    static double width(String text) {
        return 7.2 * text.codePointCount(0, text.length());
    }

    /// `text`, or its beginning where it is wider than `room`.
    static String cut(String text, double room) {
        int letters = (int) (room / 7.2);
        return text.codePointCount(0, text.length()) <= letters
                ? text
                : text.substring(0, text.offsetByCodePoints(0, Math.max(0, letters - 1))) + "…";
    }

    /// A coordinate, to a hundredth of a unit.
    static String unit(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
