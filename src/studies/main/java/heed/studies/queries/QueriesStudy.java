package heed.studies.queries;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Paper;
import heed.studies.claim.Report;
import heed.studies.claim.Source;
import heed.studies.claim.Study;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// M. Karbevski, Beyond Linearity in Attention Projections, arXiv:2603.13381 v2.
public final class QueriesStudy implements Study {
    private static final int SEEDS = 3;
    private static final int STEPS = 1500;
    private static final int LOOK = 50;

    /// Ready to run.
    public QueriesStudy() {}

    @Override
    public String name() {
        return "queries";
    }

    @Override
    public Paper paper() {
        return new Paper(
                "Beyond Linearity in Attention Projections",
                "M. Karbevski",
                "https://arxiv.org/abs/2603.13381",
                "text and code; its results from summaries");
    }

    @Override
    public Report run(Lab lab) {
        Checks checks = new Checks(name());
        new BasisChecks(lab, checks).run();
        new BottleneckChecks(lab, checks).run();
        Map<QueryMode, List<Training>> trained = lab.quick() ? Map.of() : trained(lab);
        if (!trained.isEmpty()) {
            losses(checks, trained);
        }
        return new Report(checks.list(), QueriesPage.of(lab, trained));
    }

    private static Map<QueryMode, List<Training>> trained(Lab lab) {
        List<Callable<Training>> parts = new ArrayList<>();
        for (QueryMode mode : QueryMode.values()) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                int own = seed;
                parts.add(() -> Training.of(lab, mode, own, STEPS, LOOK));
            }
        }
        Map<QueryMode, List<Training>> byMode = new EnumMap<>(QueryMode.class);
        lab.all(parts)
                .forEach(one -> byMode.computeIfAbsent(one.mode(), _ -> new ArrayList<>())
                        .add(one));
        return byMode;
    }

    private static void losses(Checks checks, Map<QueryMode, List<Training>> trained) {
        String sizes = ", character model of width 64, 1500 steps, 3 seeds";
        trained.forEach((mode, seeds) -> checks.add(
                "%s: loss on unseen text, nats a letter%s".formatted(mode.label(), sizes),
                told(),
                mean(seeds),
                Source.derived("text of ours")));
        double linear = mean(trained.getOrDefault(QueryMode.ORIGINAL, List.of()));
        double identity = mean(trained.getOrDefault(QueryMode.IDENTITY, List.of()));
        double gelu = mean(trained.getOrDefault(QueryMode.RESIDUAL_GELU, List.of()));
        Source source = Source.paperUnseen("at this scale and on this text, threshold ours");
        checks.add("identity over linear: loss" + sizes, near(1, 0.03), identity / linear, source);
        checks.add("residual GELU over linear: loss" + sizes, atMost(1.01), gelu / linear, source);
    }

    private static double mean(List<Training> seeds) {
        return seeds.stream().mapToDouble(Training::held).average().orElseThrow();
    }
}
