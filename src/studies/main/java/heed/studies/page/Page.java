package heed.studies.page;

import java.util.List;

/// What a study tells readers who have not read the paper; the table of checks and the command are put
/// below it.
///
/// @param claimed what is claimed, a paragraph each
/// @param sections the pictures, with what they show
/// @param computed how it was computed, a paragraph each
public record Page(List<String> claimed, List<Section> sections, List<String> computed) {
    /// Copies the lists.
    public Page {
        claimed = List.copyOf(claimed);
        sections = List.copyOf(sections);
        computed = List.copyOf(computed);
    }
}
