/// Geometric continuity: how the strongest directions of neighbouring layers come to lie alike.
package heed.studies.continuity;
