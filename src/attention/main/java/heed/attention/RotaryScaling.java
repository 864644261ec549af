package heed.attention;

/// How the frequencies of a [RotaryEmbedding] are changed for contexts longer than those of training.
public sealed interface RotaryScaling {
    /// Not at all.
    record None() implements RotaryScaling {}

    /// Position interpolation (Chen et al. 2023, arXiv:2306.15595): every frequency over `factor`.
    record Linear(double factor) implements RotaryScaling {
        /// Checks the factor.
        public Linear {
            positive("factor", factor);
        }
    }

    /// Llama 3.1: waves longer than `originalLen / lowFrequency` over `factor`, shorter than `originalLen /
    /// highFrequency` as they are, those between by a blend. Source: `rope_type: llama3`.
    record Llama3(double factor, double lowFrequency, double highFrequency, int originalLen) implements RotaryScaling {
        /// Checks every component.
        public Llama3 {
            positive("factor", factor);
            ordered("lowFrequency", lowFrequency, "highFrequency", highFrequency);
            Checks.positive("originalLen", originalLen);
        }
    }

    /// YaRN (Peng et al. 2023, arXiv:2309.00071), eq. 19 to 23: frequencies that turn fewer than `betaSlow`
    /// times in `originalLen` over `factor`, more than `betaFast` times as they are, a ramp between; cos and sin
    /// times `0.1 · ln factor + 1`.
    record Yarn(double factor, double betaFast, double betaSlow, int originalLen) implements RotaryScaling {
        /// Checks every component.
        public Yarn {
            positive("factor", factor);
            ordered("betaSlow", betaSlow, "betaFast", betaFast);
            Checks.positive("originalLen", originalLen);
        }
    }

    /// The frequency of pair `r`, in radians a position.
    default double frequency(int r, int rotaryDim, double base) {
        double plain = Math.pow(base, -2.0 * r / rotaryDim);
        return switch (this) {
            case None _ -> plain;
            case Linear(double factor) -> plain / factor;
            case Llama3 llama -> llama3(llama, plain);
            case Yarn yarn -> {
                double low = Math.floor(pairThatTurns(yarn.betaFast, yarn.originalLen, rotaryDim, base));
                double high = Math.ceil(pairThatTurns(yarn.betaSlow, yarn.originalLen, rotaryDim, base));
                double first = Math.max(low, 0);
                double last = Math.min(high, rotaryDim - 1);
                double ramp = Math.clamp((r - first) / Math.max(last - first, 0.001), 0, 1);
                yield plain / yarn.factor * ramp + plain * (1 - ramp);
            }
        };
    }

    /// What cos and sin are multiplied by.
    default double magnitude() {
        return this instanceof Yarn yarn && yarn.factor > 1 ? 0.1 * Math.log(yarn.factor) + 1 : 1;
    }

    private static void positive(String name, double value) {
        Checks.require(value > 0 && Double.isFinite(value), "%s must be positive and finite: %s=%s", name, name, value);
    }

    private static void ordered(String lowName, double low, String highName, double high) {
        positive(lowName, low);
        positive(highName, high);
        Checks.require(
                low < high, "%s must be below %s: %s=%s, %s=%s", lowName, highName, lowName, low, highName, high);
    }

    private static double llama3(Llama3 llama, double plain) {
        double wave = 2 * Math.PI / plain;
        if (wave < llama.originalLen / llama.highFrequency) {
            return plain;
        }
        if (wave > llama.originalLen / llama.lowFrequency) {
            return plain / llama.factor;
        }
        double smooth = (llama.originalLen / wave - llama.lowFrequency) / (llama.highFrequency - llama.lowFrequency);
        return (1 - smooth) * plain / llama.factor + smooth * plain;
    }

    private static double pairThatTurns(double times, int originalLen, int rotaryDim, double base) {
        return rotaryDim * Math.log(originalLen / (times * 2 * Math.PI)) / (2 * Math.log(base));
    }
}
