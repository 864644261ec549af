package heed.studies.page;

/// A picture in a page.
public interface Figure {
    /// What it shows, above it.
    String title();

    /// What to see in it, in a sentence or two below it.
    String caption();

    /// The picture as an `svg` element, or another element of HTML that needs nothing else. It is drawn in
    /// the colours
    /// of [Style], so that it suits light and dark.
    String markup();
}
