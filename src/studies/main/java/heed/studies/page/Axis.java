package heed.studies.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An axis: what it shows, in which unit, and how values lie along it.
///
/// @param label what it shows, with its unit
/// @param logarithmic whether equal ratios, not differences, lie equally far apart
/// @param least first value shown
/// @param most last value shown; where they are not numbers, the data decide
public record Axis(String label, boolean logarithmic, double least, double most) {
    private static final int TICKS = 6;

    /// Linear, as far as the data reach.
    public static Axis linear(String label) {
        return new Axis(label, false, Double.NaN, Double.NaN);
    }

    /// Logarithmic, as far as the data reach.
    public static Axis log(String label) {
        return new Axis(label, true, Double.NaN, Double.NaN);
    }

    /// The same from `from` to `to`.
    public Axis range(double from, double to) {
        return new Axis(label, logarithmic, from, to);
    }

    /// Whether `value` has a place on it.
    boolean takes(double value) {
        return Double.isFinite(value) && (!logarithmic || value > 0);
    }

    /// The same with ends, those of the data `low` to `high` where it has none.
    Axis reaching(double low, double high) {
        double first = takes(least) ? least : low;
        double last = takes(most) ? most : high;
        if (!takes(first) || !takes(last)) {
            first = logarithmic ? 1 : 0;
            last = logarithmic ? 10 : 1;
        }
        if (last - first <= 1e-12 * Math.abs(first)) { // one value, or as good as one
            last = logarithmic ? first * 10 : first + Math.max(1, 1e-6 * Math.abs(first));
        }
        if (logarithmic) {
            return range(first, last);
        }
        double step = step(last - first);
        return range(
                takes(least) ? first : step * Math.floor(first / step + 1e-9),
                takes(most) ? last : step * Math.ceil(last / step - 1e-9));
    }

    /// Where `value` lies: 0 at the first end, 1 at the last.
    double share(double value) {
        return logarithmic ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
    }

    /// Values that are written beside it.
    List<Double> ticks() {
        if (!logarithmic || most / least < 10) {
            return steps();
        }
        List<Double> powers = powers();
        return powers.size() > 2 ? powers : digits();
    }

    /// 1, 2 and 5 times each power of ten, where few powers lie on the axis.
    private List<Double> digits() {
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
            for (int digit : new int[] {1, 2, 5}) {
                double tick = digit * Math.pow(10, power);
                if (tick >= least * (1 - 1e-9) && tick <= most * (1 + 1e-9)) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private List<Double> powers() {
        double first = Math.ceil(Math.log10(least) - 1e-9);
        double last = Math.floor(Math.log10(most) + 1e-9);
        double every = Math.max(1, Math.ceil((last - first) / TICKS));
        List<Double> ticks = new ArrayList<>();
        for (double power = first; power <= last; power += every) {
            ticks.add(Math.pow(10, power));
        }
        return ticks;
    }

    private List<Double> steps() {
        double step = step(most - least);
        List<Double> ticks = new ArrayList<>();
        for (long n = (long) Math.ceil(least / step - 1e-9); n * step <= most + 1e-9 * step; n++) {
            ticks.add(n * step);
        }
        return ticks;
    }

    /// 1, 2 or 5 times a power of ten, of which some [#TICKS] make `range`.
    private static double step(double range) {
        double rough = range / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double digit = rough / power;
        return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }

    /// A tick as it is written.
    String written(double tick) {
        double magnitude = Math.abs(tick);
        if (magnitude < 1e-12) {
            return "0";
        }
        if (magnitude >= 1e5 || magnitude < 1e-3) {
            int power = (int) Math.floor(Math.log10(magnitude) + 1e-9);
            double digits = tick / Math.pow(10, power);
            String factor = Math.abs(digits - 1) < 1e-6 ? "" : trimmed(digits, 2) + "·";
            return factor + "10" + superscript(power);
        }
        return trimmed(tick, 6);
    }

    private static String trimmed(double value, int digits) {
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }

    private static String superscript(int power) {
        String digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        StringBuilder text = new StringBuilder(power < 0 ? "⁻" : "");
        Integer.toString(Math.abs(power)).chars().forEach(digit -> text.append(digits.charAt(digit - '0')));
        return text.toString();
    }
}
