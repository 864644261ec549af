package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;

/// A differentiable map of matrices whose rows are positions: `[rows, in]` to `[rows, out]`.
///
/// **Memory.** A layer keeps what the last [#forward] was given, by reference, until [#backward] has read it:
/// do not change an input in between. What a layer returns is its own and is written again by its next call,
/// so that training makes no garbage: copy what must last. So one layer stands in one place of a model, and
/// one thread calls it.
public interface Layer extends AutoCloseable {
    /// The output for `input`.
    Matrix forward(Matrix input);

    /// Adds to the gradients of the parameters.
    ///
    /// @param cotangent gradient of the loss with respect to the last output
    /// @return that with respect to the last input
    Matrix backward(Matrix cotangent);

    /// What is trained, in an order that never changes.
    List<Parameter> parameters();

    /// Frees what it holds beside memory of the heap, if anything.
    @Override
    default void close() {}
}
