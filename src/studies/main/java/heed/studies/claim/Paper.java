package heed.studies.claim;

/// What a study is about.
///
/// @param title of the paper
/// @param authors as they sign
/// @param url where it is; empty if nowhere
/// @param seen what of it was to be had: a study must not quote more
public record Paper(String title, String authors, String url, String seen) {}
