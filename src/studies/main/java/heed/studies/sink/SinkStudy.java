package heed.studies.sink;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Study;
import heed.studies.sink.Aggregation.Scores;
import heed.studies.sink.TriggerModel.Weights;
import heed.studies.weights.Models;
import java.util.List;
import java.util.concurrent.Callable;

/// Attention sinks begin with the mean over values: the first position averages nothing, so it stands out.
public final class SinkStudy implements Study {
    private static final long SEED = 3;

    /// Ready to run.
    public SinkStudy() {}

    @Override
    public String name() {
        return "sink";
    }

    @Override
    public Paper paper() {
        return new Paper(
                "The Structural Origin of Attention Sink: Variance Discrepancy, Super Neurons, and Dimension Disparity",
                "Li, Jiang, Sun, Hu (ICML 2026)",
                "https://arxiv.org/abs/2605.06611",
                "the abstract, and what summaries say of the formulas; no code");
    }

    @Override
    public Report run(Lab lab) {
        Checks checks = new Checks(name());
        SinkChecks asked = new SinkChecks(checks);
        lab.progress().doing("sink: variance over positions");
        List<Aggregation> aggregations = lab.all(List.<Callable<Aggregation>>of(
                () -> Aggregation.of(lab, new Scores.Uniform(), SEED),
                () -> Aggregation.of(lab, new Scores.Gaussian(), SEED),
                () -> Aggregation.of(lab, new Scores.Alone(Chain.POSITION), SEED)));
        asked.uniform(aggregations.get(0));
        asked.gaussian(aggregations.get(1));
        asked.alone(aggregations.get(2));
        asked.headNorm(HeadNorm.discrepancy(lab), HeadNorm.gradientError(lab));
        asked.dominance(dominance(100), dominance(224), dominance(1000));
        asked.sinkScore(SinkScore.alpha(lab));
        asked.inFloat(SinkScore.inFloat(lab));
        lab.progress().doing("sink: planted chain");
        Chain chain = Chain.of(lab);
        asked.chain(chain);
        List<TriggerModel.Outcome> trained = lab.quick()
                ? List.of()
                : TriggerModel.all(
                        lab,
                        List.of(
                                new Weights.Softmax(),
                                new Weights.Sink(TriggerModel.START),
                                new Weights.Sink(0),
                                new Weights.Relu()));
        if (!trained.isEmpty()) {
            asked.trained(trained.get(0), trained.get(1), trained.get(2));
            asked.relu(trained.get(3));
        }
        return new Report(checks.list(), SinkPage.of(aggregations, chain, trained, Models.sinks(lab)));
    }

    /// Means over 32 rows.
    private static Dominance dominance(double planted) {
        return Dominance.of(planted, 32, SEED);
    }
}
