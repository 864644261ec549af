/// What goes on inside a model while a text runs through it.
package heed.model.trace;
