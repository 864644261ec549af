package heed.studies;

import heed.studies.claim.Study;
import heed.studies.flow.FlowStudy;
import heed.studies.identities.IdentitiesStudy;
import heed.studies.relu.ReluStudy;
import java.util.List;
import java.util.Optional;

/// Every study, in the order in which they are read.
public final class Studies {
    private static final List<Study> ALL = List.of(new IdentitiesStudy(), new FlowStudy(), new ReluStudy());

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
