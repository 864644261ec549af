package heed.studies.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.math.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointTest {
    private static final String WHAT = "a table, seed 1";
    private static final int HALF = 12;

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("made/for/it.train");
    }

    private static double[] parameters(TinyModel model) {
        return model.optimiser.parameters().stream()
                .flatMapToDouble(
                        parameter -> java.util.Arrays.stream(parameter.value().elements()))
                .toArray();
    }

    @Test
    void whatContinuesGivesTheSameBits() {
        Checkpoint checkpoint = new Checkpoint(file(), WHAT);
        Matrix losses = Matrix.zeros(2, HALF);
        Matrix found = Matrix.zeros(2, HALF);
        try (TinyModel whole = new TinyModel(1);
                TinyModel continued = new TinyModel(2)) {
            train(whole, losses, 0);
            checkpoint.save(whole.optimiser, losses);
            train(whole, losses, 1);

            assertTrue(checkpoint.load(continued.optimiser, found));
            assertEquals(HALF, continued.optimiser.steps());
            train(continued, found, 1);
            assertArrayEquals(losses.elements(), found.elements());
            assertArrayEquals(parameters(whole), parameters(continued));
        }
    }

    private static void train(TinyModel model, Matrix losses, int row) {
        for (int n = 0; n < HALF; n++) {
            losses.set(row, n, model.step());
        }
    }

    @Test
    void nothingIsFoundWhereNothingWasKept() throws IOException {
        Checkpoint checkpoint = new Checkpoint(file(), WHAT);
        try (TinyModel model = new TinyModel(1)) {
            assertFalse(checkpoint.load(model.optimiser));
            checkpoint.save(model.optimiser);
            try (Stream<Path> files = Files.list(file().resolveSibling(""))) {
                assertEquals(List.of(file()), files.toList(), "nothing is left beside");
            }
            assertTrue(checkpoint.load(model.optimiser));
        }
    }

    @Test
    void whatIsDamagedOrOfAnotherTrainingIsRefused() throws IOException {
        Checkpoint checkpoint = new Checkpoint(file(), WHAT);
        try (TinyModel model = new TinyModel(1)) {
            checkpoint.save(model.optimiser);
            double[] before = parameters(model);
            refused(new Checkpoint(file(), "a table, seed 2"), model);
            assertThrows(
                    UnusableTrainingException.class,
                    () -> checkpoint.load(model.optimiser, Matrix.zeros(1, 1)),
                    "a record");
            byte[] bytes = Files.readAllBytes(file());
            for (int at : new int[] {0, bytes.length / 2, bytes.length - 1}) {
                byte[] damaged = bytes.clone();
                damaged[at] ^= 1;
                Files.write(file(), damaged);
                refused(checkpoint, model);
            }
            for (int length : new int[] {0, 9, bytes.length - 1}) {
                Files.write(file(), java.util.Arrays.copyOf(bytes, length));
                refused(checkpoint, model);
            }
            assertArrayEquals(before, parameters(model));
        }
    }

    @Test
    void twoMayKeepTheSameTrainingAtOnce() throws Exception {
        Checkpoint checkpoint = new Checkpoint(file(), WHAT);
        try (TinyModel one = new TinyModel(1);
                TinyModel other = new TinyModel(1);
                TinyModel reader = new TinyModel(1);
                ExecutorService pool = Executors.newFixedThreadPool(2)) {
            checkpoint.save(one.optimiser);
            List<Future<?>> savers = Stream.of(one, other)
                    .<Future<?>>map(model -> pool.submit(() -> repeat(() -> checkpoint.save(model.optimiser))))
                    .toList();
            repeat(() -> assertTrue(checkpoint.load(reader.optimiser)));
            for (Future<?> saver : savers) {
                saver.get();
            }
        }
    }

    private static void repeat(Runnable action) {
        for (int n = 0; n < 100; n++) {
            action.run();
        }
    }

    private void refused(Checkpoint checkpoint, TinyModel model) {
        UnusableTrainingException refusal =
                assertThrows(UnusableTrainingException.class, () -> checkpoint.load(model.optimiser));
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains(file().toString()), message);
    }
}
