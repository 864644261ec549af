/// The mathematics around attention that the studies share, in double.
package heed.studies.math;
