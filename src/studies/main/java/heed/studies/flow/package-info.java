/// Tokens that attention moves over a sphere: how they gather, how fast, and what grows on the way.
package heed.studies.flow;
