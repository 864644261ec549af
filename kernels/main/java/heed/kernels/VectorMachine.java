package heed.kernels;

import heed.attention.Availability;
import heed.kernels.tile.Lanes;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import jdk.incubator.vector.VectorShape;

/// Whether the Vector API can be used here, found out without touching a class that needs it.
final class VectorMachine {
    private static final Set<String> WIDTHS = Set.of("128", "256", "512");

    private VectorMachine() {}

    static Availability availability() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new Availability.Unavailable(
                    "module jdk.incubator.vector is not resolved",
                    "start Java with --add-modules jdk.incubator.vector, or put Heed on the module path");
        }
        String bits = System.getProperty("heed.vectorBits");
        if (bits != null && !WIDTHS.contains(bits)) {
            return new Availability.Unavailable(
                    "heed.vectorBits must be 128, 256 or 512: heed.vectorBits=" + bits, "correct the property");
        }
        return Resolved.availability(bits == null ? 0 : Integer.parseInt(bits));
    }

    /// Apart, so that it is linked only when the module is there.
    private static final class Resolved {
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
                    Runtime.getRuntime().availableProcessors());
        }
    }
}
