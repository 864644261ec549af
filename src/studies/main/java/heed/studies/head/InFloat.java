package heed.studies.head;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.head.Head.Gradients;
import heed.studies.head.Head.Pass;
import heed.studies.math.Matrix;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// How far a head in float is from the same in double, both given the same tensors.
///
/// @param output largest difference of an output
/// @param gradients largest difference of a gradient of query, key or value
public record InFloat(double output, double gradients) {
    /// Of `spec`, which is in double, with the gradient of the outputs `cotangent`; `more` gives bias, mask and
    /// sink.
    public static InFloat of(
            Lab lab,
            AttentionSpec spec,
            Matrix query,
            Matrix key,
            Matrix value,
            Matrix cotangent,
            UnaryOperator<AttentionArguments> more) {
        Pass pass;
        Gradients exact;
        try (Head head = new Head(lab, spec, query.rows(), key.rows())) {
            more.apply(head.arguments());
            pass = head.run(query, key, value);
            exact = head.gradients(query, key, value, pass, cotangent, Optional.empty());
        }
        Rounded rounded = Rounded.of(lab, spec, query, key, value, cotangent, more);
        double gradients = Math.max(
                rounded.value.distance(exact.value()),
                Math.max(rounded.query.distance(exact.query()), rounded.key.distance(exact.key())));
        return new InFloat(rounded.output.distance(pass.output()), gradients);
    }

    /// The output and the gradients of query, key and value in float.
    private record Rounded(Floats output, Floats query, Floats key, Floats value) {
        static Rounded of(
                Lab lab,
                AttentionSpec spec,
                Matrix query,
                Matrix key,
                Matrix value,
                Matrix cotangent,
                UnaryOperator<AttentionArguments> more) {
            AttentionSpec single = spec.toBuilder().type(ElementType.F32).build();
            AttentionSizes sizes = new AttentionSizes(1, query.rows(), key.rows());
            Rounded rounded = new Rounded(
                    Floats.zeros(query.rows(), value.columns()),
                    Floats.zeros(query.rows(), query.columns()),
                    Floats.zeros(key.rows(), key.columns()),
                    Floats.zeros(value.rows(), value.columns()));
            AttentionArguments arguments = more.apply(new AttentionArguments())
                    .query(Floats.of(query).tensor())
                    .key(Floats.of(key).tensor())
                    .value(Floats.of(value).tensor())
                    .output(rounded.output.tensor())
                    .logSumExp(Tensor.of(new float[query.rows()], 1, 1, query.rows()));
            GradientArguments gradients = new GradientArguments()
                    .output(Floats.of(cotangent).tensor())
                    .query(rounded.query.tensor())
                    .key(rounded.key.tensor())
                    .value(rounded.value.tensor());
            try (AttentionPlan plan = lab.attention().plan(single, sizes, lab.alone());
                    GradientPlan gradientPlan =
                            lab.attention().backend(plan.backend()).planGradient(single, sizes, lab.alone())) {
                plan.run(arguments);
                gradientPlan.run(arguments, gradients);
            }
            return rounded;
        }
    }

    /// A matrix of floats.
    private record Floats(int rows, int columns, float[] elements) {
        static Floats zeros(int rows, int columns) {
            return new Floats(rows, columns, new float[rows * columns]);
        }

        static Floats of(Matrix matrix) {
            Floats floats = zeros(matrix.rows(), matrix.columns());
            for (int n = 0; n < floats.elements.length; n++) {
                floats.elements[n] = (float) matrix.elements()[n];
            }
            return floats;
        }

        Tensor tensor() {
            return Tensor.of(elements, 1, 1, rows, columns);
        }

        double distance(Matrix exact) {
            double largest = 0;
            for (int n = 0; n < elements.length; n++) {
                largest = Math.max(largest, Math.abs(elements[n] - exact.elements()[n]));
            }
            return largest;
        }
    }
}
