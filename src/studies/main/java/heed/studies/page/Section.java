package heed.studies.page;

import java.util.List;

/// A heading, paragraphs, then pictures.
///
/// @param heading of the section
/// @param paragraphs plain text: what looks like markup is shown as it is
/// @param figures below the text
public record Section(String heading, List<String> paragraphs, List<Figure> figures) {
    /// Copies the lists.
    public Section {
        paragraphs = List.copyOf(paragraphs);
        figures = List.copyOf(figures);
    }

    /// With one paragraph.
    public static Section of(String heading, String paragraph, Figure... figures) {
        return new Section(heading, List.of(paragraph), List.of(figures));
    }
}
