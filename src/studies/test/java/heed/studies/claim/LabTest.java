package heed.studies.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.Labs;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LabTest {
    private static Lab lab(int threads) {
        return Labs.keeping(Path.of("target", "kept"), threads, Progress.NONE);
    }

    @Test
    void resultsComeInTheOrderOfTheParts() {
        List<Callable<Integer>> parts = IntStream.range(0, 20)
                .<Callable<Integer>>mapToObj(n -> () -> n * n)
                .toList();
        assertEquals(IntStream.range(0, 20).map(n -> n * n).boxed().toList(), lab(3).all(parts));
    }

    /// The first part would never end by itself.
    @Test
    @Timeout(60)
    void onePartThatFailsEndsTheOthers() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        List<Callable<String>> parts = List.of(
                () -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        stopped.countDown();
                    }
                    return "";
                },
                () -> {
                    begun.await();
                    throw new IllegalStateException("this one");
                });
        Lab lab = lab(2);
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> lab.all(parts));
        assertEquals("this one", failure.getMessage());
        assertEquals(0, stopped.getCount());
    }

    @Test
    void whoIsInterruptedStops() {
        Lab lab = lab(1);
        Thread.currentThread().interrupt();
        assertThrows(CancellationException.class, () -> lab.all(List.<Callable<String>>of(() -> "")));
        assertTrue(Thread.interrupted(), "and is still told");
    }
}
