package heed.studies.focus;

/// What says in which direction the loss rises.
interface Descent extends AutoCloseable {
    /// The gradients of the loss at `weights`.
    Weights gradients(Weights weights);

    @Override
    void close();
}
