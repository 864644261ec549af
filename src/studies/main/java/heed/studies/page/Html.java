package heed.studies.page;

import static heed.studies.page.Text.escape;

/// Writes a page from top to bottom. All text is escaped but that of [#raw].
public final class Html {
    private final StringBuilder page = new StringBuilder();

    /// A page with its title and [Style], and nothing on it yet.
    public Html(String title) {
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>")
                .append(escape(title))
                .append("</title>\n<style>\n")
                .append(Style.SHEET)
                .append("</style></head><body>\n");
    }

    /// A heading of level 1 to 6.
    public Html heading(int level, String text) {
        return raw("<h%d>%s</h%1$d>\n".formatted(level, escape(text)));
    }

    /// A paragraph.
    public Html paragraph(String text) {
        return raw("<p>" + escape(text) + "</p>\n");
    }

    /// A paragraph that steps back.
    public Html faint(String text) {
        return raw("<p class=\"faint\">" + escape(text) + "</p>\n");
    }

    /// A paragraph that is a link.
    public Html link(String url) {
        return raw("<p><a href=\"%s\">%1$s</a></p>\n".formatted(escape(url)));
    }

    /// Lines for a shell.
    public Html code(String text) {
        return raw("<pre>" + escape(text) + "</pre>\n");
    }

    /// A heading, its paragraphs and its pictures side by side where there is room.
    public Html section(Section section) {
        heading(2, section.heading());
        section.paragraphs().forEach(this::paragraph);
        if (!section.figures().isEmpty()) {
            raw("<div class=\"figures\">\n");
            section.figures().forEach(this::figure);
            raw("</div>\n");
        }
        return this;
    }

    private void figure(Figure figure) {
        raw("<figure><h3>" + escape(figure.title()) + "</h3>\n");
        raw(figure.markup());
        raw("<figcaption>" + escape(figure.caption()) + "</figcaption></figure>\n");
    }

    /// A row of the table of checks; narrow screens show it as lines.
    public Html row(String claim, String expected, String measured, String verdict, String source) {
        raw("<tr><td>" + escape(claim) + "</td>");
        raw("<td class=\"number\" data-name=\"expected\">" + escape(expected) + "</td>");
        raw("<td class=\"number\" data-name=\"measured\">" + escape(measured) + "</td>");
        raw("<td class=\"%s\">%1$s</td>".formatted(escape(verdict)));
        return raw("<td class=\"faint\" data-name=\"source\">" + escape(source) + "</td></tr>\n");
    }

    /// Markup as it is.
    public Html raw(String markup) {
        page.append(markup);
        return this;
    }

    /// The whole page.
    public String text() {
        return page + "</body></html>\n";
    }
}
