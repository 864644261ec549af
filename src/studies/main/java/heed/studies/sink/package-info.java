/// Where attention sinks come from: the mean over values that comes before them (arXiv 2605.06611).
package heed.studies.sink;
