package heed.studies.claim;

import heed.studies.page.Section;
import java.util.List;

/// What a part of a study found.
///
/// @param checks of the part
/// @param section of the page that tells of it
public record Found(List<Check> checks, Section section) {
    /// Copies the list.
    public Found {
        checks = List.copyOf(checks);
    }
}
