package heed.conformance;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import heed.attention.AttentionBackend;
import heed.conformance.golden.GoldenRunner;
import heed.conformance.golden.GoldenSuite;
import heed.conformance.golden.Outcome;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Golden cases: a test for each. What the backend or the library does not compute is skipped with its reason.
public interface GoldenContract extends BackendContract {
    /// The cases of the suite, or one skipped test where there is none.
    @TestFactory
    default Stream<DynamicTest> goldenCases() {
        Optional<GoldenSuite> suite = GoldenSuite.find();
        if (suite.isEmpty()) {
            return Stream.of(DynamicTest.dynamicTest(
                    "golden cases",
                    () -> Requirements.missing("conformance", "no golden cases: set HEED_CONFORMANCE to a directory")));
        }
        return suite.get().cases().stream()
                .map(folder -> DynamicTest.dynamicTest(String.valueOf(folder.getFileName()), () -> judge(folder)));
    }

    private void judge(Path folder) {
        AttentionBackend backend = available();
        switch (GoldenRunner.run(backend, folder)) {
            case Outcome.Passed _ -> {}
            case Outcome.Failed failed -> fail(failed.what());
            case Outcome.Unsupported(var reason) -> abort(reason);
        }
    }
}
