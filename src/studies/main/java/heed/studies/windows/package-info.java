/// Critical windows: when weight decay must act for a composition of permutations to be learned, not its
/// table.
package heed.studies.windows;
