/// ReLU networks as attention: a gate is a head, and what is built of gates comes along.
package heed.studies.relu;
