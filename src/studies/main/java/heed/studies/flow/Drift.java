package heed.studies.flow;

import heed.studies.math.Matrix;

/// What pulls the tokens: the right side of the flow, before it is projected to the sphere.
sealed interface Drift permits SoftmaxDrift, ReluDrift {
    /// Row i is what pulls token i.
    Matrix of(Matrix tokens);
}
