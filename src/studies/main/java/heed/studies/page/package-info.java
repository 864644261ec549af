/// Pages of HTML that need nothing else: text, tables and pictures in SVG, for light and dark, wide and
/// narrow.
package heed.studies.page;
