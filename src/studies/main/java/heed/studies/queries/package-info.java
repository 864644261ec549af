/// Queries that are not linear in their input.
package heed.studies.queries;
