package heed.studies;

import heed.studies.claim.Study;
import heed.studies.continuity.ContinuityStudy;
import heed.studies.flow.FlowStudy;
import heed.studies.focus.FocusStudy;
import heed.studies.identities.IdentitiesStudy;
import heed.studies.queries.QueriesStudy;
import heed.studies.relu.ReluStudy;
import heed.studies.sink.SinkStudy;
import heed.studies.walkthrough.WalkthroughStudy;
import heed.studies.weights.WeightsStudy;
import heed.studies.windows.WindowsStudy;
import java.util.List;
import java.util.Optional;

/// Every study, in the order in which they are read.
public final class Studies {
    private static final List<Study> ALL = List.of(
            new WalkthroughStudy(),
            new IdentitiesStudy(),
            new SinkStudy(),
            new FlowStudy(),
            new WindowsStudy(),
            new ContinuityStudy(),
            new FocusStudy(),
            new QueriesStudy(),
            new ReluStudy(),
            new WeightsStudy());

    private Studies() {}

    /// All of them.
    public static List<Study> all() {
        return ALL;
    }

    /// The study called `name`.
    public static Optional<Study> named(String name) {
        return ALL.stream().filter(study -> study.name().equals(name)).findFirst();
    }
}
