/// Attention as the studies ask for it: in double, a matrix for each tensor.
package heed.studies.head;
