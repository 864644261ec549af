package heed.cli.bench;

import heed.attention.ElementType;
import java.util.Locale;

/// The most GFLOP/s that this machine can give a shape: the lowest of three bounds.
///
/// @param fma the multiply-add ceiling, half of it in f64
/// @param read the read ceiling times the FLOPs for each byte
/// @param conversion what widening keys and values allows: [ConversionBound]
record Roof(double fma, double read, double conversion) {
    /// What bounds a shape.
    enum Limit {
        FMA,
        READ,
        CONVERSION;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Roof of(BenchShape shape, Ceiling ceiling) {
        double fma = shape.kvType() == ElementType.F64 ? ceiling.fmaGflops() / 2 : ceiling.fmaGflops();
        return new Roof(
                fma,
                ceiling.readGbps() * shape.flops() / shape.bytes(),
                ConversionBound.gflops(shape, ceiling.fmaGflops()));
    }

    /// The lowest.
    double gflops() {
        return Math.min(fma, Math.min(read, conversion));
    }

    /// Which is the lowest.
    Limit limit() {
        return gflops() == fma ? Limit.FMA : gflops() == read ? Limit.READ : Limit.CONVERSION;
    }
}
