/// Golden cases: attention computed by other projects, read from a directory and run against a backend.
package heed.conformance.golden;
