/// The studies, by name.
package heed.studies;
