/// Sinks, entropy and continuity measured on the weights and activations of real models.
package heed.studies.weights;
