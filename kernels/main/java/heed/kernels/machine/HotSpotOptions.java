package heed.kernels.machine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.Function;

/// The options of this JVM, where it is HotSpot and the module `jdk.management`, which is not required, is there.
final class HotSpotOptions {
    private HotSpotOptions() {}

    /// Tells the value of the option so named; empty for one that is not there, or is not to be set here.
    static Function<String, Optional<String>> reader() {
        return ModuleLayer.boot().findModule("jdk.management").isPresent() ? Managed.reader() : _ -> Optional.empty();
    }

    /// Apart, so that it is linked only when the module is there.
    private static final class Managed {
        static Function<String, Optional<String>> reader() {
            var options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return options == null ? _ -> Optional.empty() : name -> value(options, name);
        }

        private static Optional<String> value(HotSpotDiagnosticMXBean options, String name) {
            try {
                return Optional.of(options.getVMOption(name).getValue());
            } catch (IllegalArgumentException absent) {
                return Optional.empty();
            }
        }
    }
}
