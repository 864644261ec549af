package heed.studies.queries;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.Labs;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Character models with each kind of query.
final class TrainingTest {
    /// Chance is ln 28 = 3.33 nats; letters alone, without their neighbours, leave some 2.9.
    @ParameterizedTest
    @EnumSource(QueryMode.class)
    void eachModeLearns(QueryMode mode) {
        Training training = Training.of(Labs.quick(), mode, 1, 15, 5);

        assertTrue(training.held() < Math.log(Language.ALPHABET), mode + ": " + training.held());
    }

    @Test
    void trainingHasTheSameBitsEachTime() {
        double first =
                Training.of(Labs.quick(), QueryMode.RESIDUAL_GELU, 2, 4, 2).held();

        assertEquals(
                first,
                Training.of(Labs.quick(), QueryMode.RESIDUAL_GELU, 2, 4, 2).held());
    }

    @Test
    void languageIsThatOfItsSeed() {
        assertArrayEquals(
                Language.seeded(5, 100).letters(), Language.seeded(5, 100).letters());
        assertTrue(!Arrays.equals(
                Language.seeded(5, 100).letters(), Language.seeded(6, 100).letters()));
    }

    @Test
    void wordsAreSeparated() {
        int[] letters = Language.seeded(1, 2000).letters();

        long separators = Arrays.stream(letters).filter(letter -> letter >= 26).count();
        assertTrue(separators > 2000 / 8 && separators < 2000 / 3, "one after two to seven letters: " + separators);
    }
}
