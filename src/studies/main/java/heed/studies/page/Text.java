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

    /// A coordinate, to a hundredth of a unit.
    static String unit(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
