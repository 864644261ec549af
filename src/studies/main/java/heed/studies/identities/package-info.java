/// What attention gives without a matrix of n × n: identities, each held against plain sums.
package heed.studies.identities;
