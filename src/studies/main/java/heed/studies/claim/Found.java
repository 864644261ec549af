package heed.studies.claim;

import heed.studies.page.Page;
import heed.studies.page.Section;
import java.util.List;
import java.util.concurrent.Callable;

/// What a part of a study found.
///
/// @param checks of the part
/// @param section of the page that tells of it
public record Found(List<Check> checks, Section section) {
    /// Copies the list.
    public Found {
        checks = List.copyOf(checks);
    }

    /// A study of these `parts`, each computed apart, on a page of their sections.
    ///
    /// @param claimed see [Page]
    /// @param computed see [Page]
    public static Report report(Lab lab, List<Callable<Found>> parts, List<String> claimed, List<String> computed) {
        List<Found> found = lab.all(parts);
        return new Report(
                found.stream().flatMap(part -> part.checks().stream()).toList(),
                new Page(claimed, found.stream().map(Found::section).toList(), computed));
    }
}
