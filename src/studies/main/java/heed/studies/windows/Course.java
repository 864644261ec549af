package heed.studies.windows;

import heed.studies.math.Matrix;

/// How a training went: a row for each look, of step, accuracy on training examples, accuracy on unseen
/// pairs,
/// complexity.
///
/// @param looks `[looks, 4]`
record Course(Plan plan, Matrix looks) {
    static final int STEP = 0;
    static final int TRAIN = 1;
    static final int UNSEEN = 2;
    static final int COMPLEXITY = 3;

    static int looks(Plan plan) {
        return Math.toIntExact(plan.steps() / plan.every());
    }

    double[] column(int which) {
        return looks.column(which);
    }

    /// At the end.
    double last(int which) {
        return looks.get(looks.rows() - 1, which);
    }
}
