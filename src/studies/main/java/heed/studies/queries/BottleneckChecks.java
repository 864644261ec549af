package heed.studies.queries;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.exactly;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.math.Differences;
import heed.studies.math.Matrix;
import heed.studies.train.Parameter;
import heed.studies.train.Products;
import heed.studies.train.Sequential;
import java.util.Random;
import java.util.function.DoubleSupplier;

/// The query's own network f: how many weights it has, and its gradients.
final class BottleneckChecks {
    private static final int DIM = 24;

    private final Products products;
    private final Checks checks;

    BottleneckChecks(Lab lab, Checks checks) {
        products = new Products(lab.gemm());
        this.checks = checks;
    }

    void run() {
        int wide = 768;
        Sequential paper = QueryMode.bottleneck(products, "q", wide, new Random(41));
        long matrices = paper.parameters().stream()
                .filter(Parameter::decays)
                .mapToLong(BottleneckChecks::size)
                .sum();
        long all = paper.parameters().stream().mapToLong(BottleneckChecks::size).sum();
        checks.add(
                "f has as many weights in matrices as one matrix, width 768",
                exactly(wide * (double) wide),
                matrices,
                Source.exact("2dr = d² with r = d/2, as the paper counts"));
        checks.add(
                "f has besides at most 3 weights a dim, in gains and shifts, width 768",
                atMost(3.0 * wide),
                all - matrices,
                Source.exact("O(d)"));
        gradients();
    }

    private static long size(Parameter parameter) {
        return parameter.value().elements().length;
    }

    private void gradients() {
        Random random = new Random(42);
        Sequential f = QueryMode.bottleneck(products, "q", DIM, random);
        Matrix x = Matrix.gaussian(random, 5, DIM, 1);
        Matrix cotangent = Matrix.gaussian(random, 5, DIM, 1);
        f.forward(x);
        Matrix input = f.backward(cotangent).copy();
        DoubleSupplier loss = () -> f.forward(x).inner(cotangent);
        double ofWeights = 0;
        for (Parameter parameter : f.parameters()) {
            ofWeights = Math.max(ofWeights, Differences.error(parameter.value(), parameter.gradient(), loss));
        }
        Source source = Source.exact("error, against central differences");
        checks.add("gradients of W₁, W₂, gains and shifts, width 24", atMost(1e-5), ofWeights, source);
        checks.add("gradient of the input, width 24", atMost(1e-5), Differences.error(x, input, loss), source);
    }
}
