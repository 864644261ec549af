package heed.kernels.machine;

import heed.attention.Availability;
import heed.kernels.tile.Lanes;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import jdk.incubator.vector.VectorShape;
import org.jspecify.annotations.Nullable;

/// Whether the Vector API can be used here, found out without touching a class that needs it.
public final class VectorMachine {
    private static final Set<String> BITS = Set.of("128", "256", "512");
    private static final Set<String> REGISTERS = Set.of("16", "32");

    private VectorMachine() {}

    /// What a backend that computes with vectors can say of itself here.
    public static Availability availability() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new Availability.Unavailable(
                    "module jdk.incubator.vector is not resolved",
                    "start Java with --add-modules jdk.incubator.vector, or put Heed on the module path");
        }
        String bits = System.getProperty("heed.vectorBits");
        Optional<String> wrong =
                wrongProperty(System::getProperty).or(() -> CacheSizes.wrongProperty(System::getProperty));
        return wrong.isPresent()
                ? new Availability.Unavailable(wrong.get(), "correct the property")
                : Resolved.availability(bits == null ? 0 : Integer.parseInt(bits));
    }

    /// What is wrong with the properties that [Lanes] reads.
    static Optional<String> wrongProperty(Function<String, @Nullable String> property) {
        String bits = property.apply("heed.vectorBits");
        if (bits != null && !BITS.contains(bits)) {
            return Optional.of("heed.vectorBits must be 128, 256 or 512: heed.vectorBits=" + bits);
        }
        String registers = property.apply("heed.vectorRegisters");
        if (registers != null && !REGISTERS.contains(registers)) {
            return Optional.of("heed.vectorRegisters must be 16 or 32: heed.vectorRegisters=" + registers);
        }
        return Optional.empty();
    }

    /// Apart, so that it is linked only when the module is there.
    private static final class Resolved {
        /// What the process was started with does not change, and asking for it takes some milliseconds.
        private static final Optional<Availability.Caution> CAUTION =
                SlowVectors.here(VectorShape.preferredShape().vectorBitSize());

        static Availability availability(int forcedBits) {
            int widest = VectorShape.preferredShape().vectorBitSize();
            if (forcedBits > widest) {
                return new Availability.Unavailable(
                        "this CPU has vectors of at most " + widest + " bits: heed.vectorBits=" + forcedBits,
                        "force a width of at most " + widest);
            }
            return new Availability.Available(
                    "Vector API",
                    Runtime.version().toString(),
                    Optional.empty(),
                    OptionalInt.of(Lanes.F.vectorBitSize()),
                    Runtime.getRuntime().availableProcessors(),
                    CAUTION);
        }
    }
}
