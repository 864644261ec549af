package heed.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collection;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// JMH itself finds and runs every benchmark, once and tiny.
final class HarnessTest {
    @Test
    void everyBenchmarkRuns() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("heed\\.bench\\.")
                        .forks(0)
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .param("contender", "reference")
                        .param("threads", "1")
                        .param("windows", "1")
                        .param("seqLen", "7")
                        .param("headDim", "16")
                        .param("causal", "true")
                        .param("queryHeads", "2")
                        .param("kvHeads", "1")
                        .param("kvLen", "9")
                        .param("cachesMib", "0")
                        .param("kvType", "f32")
                        .param("keyLayout", "rows")
                        .param("batch", "1")
                        .param("type", "F32")
                        .param("m", "7")
                        .param("k", "5")
                        .param("n", "3")
                        .param("depth", "5")
                        .param("keys", "64")
                        .param("rising", "true")
                        .param("tasks", "5")
                        .param("taskNanos", "0")
                        .param("gapNanos", "0")
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        TreeSet<String> ran = new TreeSet<>();
        for (RunResult result : results) {
            String[] name = result.getParams().getBenchmark().split("\\.");
            ran.add(name[name.length - 2] + "." + name[name.length - 1]);
        }
        assertEquals(Benchmarks.methods(), ran);
    }
}
