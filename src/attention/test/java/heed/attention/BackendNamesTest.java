package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// A name with a version is one backend, a name without one the first that can run.
final class BackendNamesTest {
    private static final Availability HERE =
            new Availability.Available("BLAS", "1", Optional.empty(), OptionalInt.empty(), 1);
    private static final Availability GONE = new Availability.Unavailable("it is gone", "bring it back");

    private record Named(String name, Availability availability) {}

    private static final List<Named> ALL = List.of(
            new Named("vector", HERE),
            new Named("blas@2", GONE),
            new Named("blas@1", HERE),
            new Named("blas@0", HERE),
            new Named("blasphemy", HERE),
            new Named("cuda@12", GONE),
            new Named("cuda@11", GONE));

    private static Optional<String> find(String asked) {
        return BackendNames.find(ALL, Named::name, Named::availability, asked).map(Named::name);
    }

    @Test
    void aNameWithItsVersionIsThatOneEvenIfItCannotRun() {
        assertEquals(Optional.of("blas@2"), find("blas@2"));
    }

    @Test
    void aNameAloneIsTheFirstThatCanRun() {
        assertEquals(Optional.of("blas@1"), find("blas"));
    }

    @Test
    void aNameOfWhichNoneCanRunIsTheFirstSoThatItsReasonIsTold() {
        assertEquals(Optional.of("cuda@12"), find("cuda"));
    }

    @Test
    void aNameIsNoPrefix() {
        assertEquals(Optional.empty(), find("blasph"));
        assertEquals(Optional.of("vector"), find("vector"));
    }
}
