package heed.studies.continuity;

import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Points and their classes.
///
/// @param points `[count, Network.WIDTH]`
/// @param labels a class each
record Samples(Matrix points, int[] labels) {
    static final int CLASSES = 10;

    /// Points around class means, through a random map, with labels that have nothing to do with them: what
    /// a gradient
    /// is like before anything was learned.
    static Samples unlearned(RandomGenerator random, int count) {
        int width = Network.WIDTH;
        Matrix means = Matrix.gaussian(random, CLASSES, width, 1);
        Matrix map = Matrix.gaussian(random, width, width, 1 / Math.sqrt(width));
        Matrix points = Matrix.gaussian(random, count, width, 1);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            add(points, i, means, random.nextInt(CLASSES));
            labels[i] = random.nextInt(CLASSES);
        }
        return new Samples(points.times(map), labels);
    }

    /// Each class has three centres N(0, .9²), and points N(0, 1) around them.
    static Samples clustered(RandomGenerator random, int count) {
        int centresOfClass = 3;
        Matrix centres = Matrix.gaussian(random, CLASSES * centresOfClass, Network.WIDTH, 0.9);
        Matrix points = Matrix.gaussian(random, count, Network.WIDTH, 1);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            int centre = random.nextInt(CLASSES * centresOfClass);
            add(points, i, centres, centre);
            labels[i] = centre / centresOfClass;
        }
        return new Samples(points, labels);
    }

    private static void add(Matrix points, int i, Matrix means, int mean) {
        for (int j = 0; j < points.columns(); j++) {
            points.set(i, j, points.get(i, j) + means.get(mean, j));
        }
    }

    /// `count` of them, drawn with replacement.
    Samples draw(RandomGenerator random, int count) {
        Matrix drawn = Matrix.zeros(count, points.columns());
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            int from = random.nextInt(points.rows());
            System.arraycopy(points.elements(), points.at(from), drawn.elements(), drawn.at(i), points.columns());
            classes[i] = labels[from];
        }
        return new Samples(drawn, classes);
    }

    /// The first `count`.
    Samples first(int count) {
        Matrix some = Matrix.zeros(count, points.columns());
        System.arraycopy(points.elements(), 0, some.elements(), 0, some.elements().length);
        return new Samples(some, Arrays.copyOf(labels, count));
    }
}
