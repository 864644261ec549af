package heed.kernels.machine;

import heed.attention.Availability.Caution;
import java.util.Optional;
import java.util.function.Function;

/// Why the Vector API is slow in this process, if it is: not made into vector instructions, it computes the same by
/// objects and calls, 20 to 1000 times slower, and says nothing.
///
/// Only HotSpot's C2 makes instructions of it, and only of operations that the CPU has: `fma` without FMA falls back to
/// exact arithmetic lane by lane. What the JVM was started with tells, as far as it can be read; without the module
/// `jdk.management` the options cannot, and the time that a scalar `Math.fma` takes stands for one of them.
///
/// @param vmName `java.vm.name`
/// @param vmInfo `java.vm.info`
/// @param widestBits the widest vector
/// @param option the value of a HotSpot option; empty if there is none or it cannot be read
/// @param fmaIsFast whether `Math.fma` is an instruction
public record SlowVectors(
        String vmName, String vmInfo, int widestBits, Function<String, Optional<String>> option, boolean fmaIsFast) {
    /// Between the 10 to 100 ns of an instruction, interpreted, and the 10 µs of the JDK's exact arithmetic.
    private static final double SLOW_FMA_NANOS = 1_000;

    private static final int C2 = 4;

    /// What holds in this process, whose widest vectors have `widestBits`. Takes some milliseconds.
    public static Optional<Caution> here(int widestBits) {
        return new SlowVectors(
                        System.getProperty("java.vm.name", ""),
                        System.getProperty("java.vm.info", ""),
                        widestBits,
                        HotSpotOptions.reader(),
                        fmaNanos() < SLOW_FMA_NANOS)
                .caution();
    }

    /// The first obstacle there is.
    public Optional<Caution> caution() {
        return noC2().or(this::noInstructions);
    }

    private Optional<Caution> noC2() {
        if (!vmName.endsWith("Server VM")) {
            return slow(
                    "only HotSpot's C2 compiles the Vector API well: java.vm.name=" + vmName,
                    "run Java on a HotSpot server VM");
        }
        if (vmInfo.contains("interpreted")) {
            return slow("Java interprets and compiles nothing: java.vm.info=" + vmInfo, "start Java without -Xint");
        }
        if (vmInfo.contains("emulated-client")) {
            return slow(
                    "the C2 compiler is switched off: java.vm.info=" + vmInfo,
                    "start Java without -XX:TieredStopAtLevel and -XX:CompilationMode");
        }
        int level = option.apply("TieredStopAtLevel").map(Integer::parseInt).orElse(C2);
        if (level < C2 && isNot("TieredCompilation", "false")) {
            return slow(
                    "the C2 compiler is switched off: TieredStopAtLevel=" + level,
                    "start Java without -XX:TieredStopAtLevel");
        }
        if (!isNot("UseJVMCICompiler", "true")) {
            return slow(
                    "only HotSpot's C2 compiles the Vector API well: UseJVMCICompiler=true",
                    "start Java with -XX:-UseJVMCICompiler");
        }
        return Optional.empty();
    }

    private Optional<Caution> noInstructions() {
        if (!isNot("EnableVectorSupport", "false")) {
            return slow(
                    "the Vector API is not compiled to vector instructions: EnableVectorSupport=false",
                    "start Java without -XX:-EnableVectorSupport");
        }
        if (!isNot("UseFMA", "false") || !fmaIsFast) {
            return slow(
                    "there are no fused multiply-add instructions: UseFMA=false",
                    "start Java without -XX:-UseFMA and -XX:UseAVX, or use a CPU that has them");
        }
        if (widestBits < 128) {
            return slow(
                    "vectors are narrower than 128 bits: the widest has " + widestBits,
                    "start Java without -XX:MaxVectorSize, or use a CPU with wider ones");
        }
        return Optional.empty();
    }

    private boolean isNot(String name, String value) {
        return option.apply(name).filter(value::equals).isEmpty();
    }

    private static Optional<Caution> slow(String reason, String hint) {
        return Optional.of(new Caution(reason, hint));
    }

    /// The best of a few, so that nothing else that runs is taken for a slow instruction: 25 µs, or a millisecond.
    private static double fmaNanos() {
        int calls = 20;
        double best = Double.MAX_VALUE;
        double x = 1;
        for (int n = 0; n < 5; n++) {
            long start = System.nanoTime();
            for (int call = 0; call < calls; call++) {
                x = Math.fma(x, 0.7, 0.1);
            }
            best = Math.min(best, (double) (System.nanoTime() - start) / calls);
        }
        return x > 0 ? best : 0; // used, so that it is computed
    }
}
