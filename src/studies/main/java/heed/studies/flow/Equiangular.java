package heed.studies.flow;

import heed.studies.math.Search;
import heed.studies.math.Special;
import java.util.Arrays;

/// `n` tokens with the same cosine ρ between any two keep it so: one equation for ρ(t), and what is closed
/// of it. Derived here, from the flow of heads `A = V = μ`.
///
/// @param n tokens
/// @param beta softmaxScale
/// @param normalised whether a row's weights add to 1
/// @param mu of each head
record Equiangular(int n, double beta, boolean normalised, double... mu) {
    /// `ρ' = Σ_h 2μ_h e^(βμ_h ρ) (1−ρ) ((n−1)ρ+1) / Z_h`, with `Z_h = e^(βμ_h) + (n−1) e^(βμ_h ρ)`, or n if
    /// it is not normalised.
    double rate(double rho) {
        return Arrays.stream(mu)
                .map(one -> {
                    double weight = Math.exp(beta * one * rho);
                    double sum = normalised ? Math.exp(beta * one) + (n - 1) * weight : n;
                    return 2 * one * weight * (1 - rho) * ((n - 1) * rho + 1) / sum;
                })
                .sum();
    }

    /// ρ a time `h` later, by `steps` steps of Runge and Kutta.
    double after(double rho, double h, int steps) {
        double step = h / steps;
        double now = rho;
        for (int s = 0; s < steps; s++) {
            double k1 = rate(now);
            double k2 = rate(now + step / 2 * k1);
            double k3 = rate(now + step / 2 * k2);
            double k4 = rate(now + step * k3);
            now += step / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }
        return now;
    }

    /// Time from `from` to `to`: `∫ dρ/ρ'` by Simpson's rule over 2000 equal parts of
    /// `ln((1+(n−1)ρ)/(1−ρ))`, along which ρ' at β = 0 is constant.
    double time(double from, double to) {
        int parts = 2000;
        double first = stretched(from);
        double width = (stretched(to) - first) / parts;
        double sum = 0;
        for (int k = 0; k <= parts; k++) {
            double power = Math.exp(first + k * width);
            double rho = (power - 1) / (power + n - 1);
            double slope = (1 - rho) * (1 + (n - 1) * rho) / n;
            sum += (k == 0 || k == parts ? 1 : k % 2 == 1 ? 4 : 2) * slope / rate(rho);
        }
        return sum * width / 3;
    }

    private double stretched(double rho) {
        return Math.log((1 + (n - 1) * rho) / (1 - rho));
    }

    /// One normalised head, μ = 1, β > 0: `t = F(ρ) − F(ρ_0)`,
    /// `2n·F = (n−1) ln((1+(n−1)ρ)/(1−ρ)) − Ei(β(1−ρ)) − e^(βn/(n−1)) E1(β(1+(n−1)ρ)/(n−1))`.
    static double softmaxTime(int n, double beta, double from, double to) {
        return softmaxPrimitive(n, beta, to) - softmaxPrimitive(n, beta, from);
    }

    private static double softmaxPrimitive(int n, double beta, double rho) {
        double others = n - 1;
        double grown = 1 + others * rho;
        return (others * Math.log(grown / (1 - rho))
                        - Special.exponentialIntegral(beta * (1 - rho))
                        - Math.exp(beta * n / others) * Special.exponentialIntegral1(beta * grown / others))
                / (2 * n);
    }

    /// ρ at time `t` from `from`: where [#softmaxTime] is t.
    static double softmaxCosine(int n, double beta, double from, double t) {
        return Search.root(rho -> softmaxTime(n, beta, from, rho) - t, from, 1);
    }

    /// Time from ρ = 0 to ½ at β = 0: `½ ln(n+1)`.
    static double uniformHalfTime(int n) {
        return Math.log(n + 1) / 2;
    }

    /// Time from 0 to `rho` if the rate stayed what it is at 0, `2/(e^β+n−1)`.
    static double constantDriveTime(int n, double beta, double rho) {
        return rho * (Math.exp(beta) + n - 1) / 2;
    }

    /// ReLU scores: `ρ' = (2/n) ρ(1−ρ)(1+(n−1)ρ)`, so `t = F(ρ) − F(ρ_0)`,
    /// `F = (n/2)[ln ρ − ln(1−ρ)/n − ((n−1)/n) ln(1+(n−1)ρ)]`.
    static double reluTime(int n, double from, double to) {
        return reluPrimitive(n, to) - reluPrimitive(n, from);
    }

    private static double reluPrimitive(int n, double rho) {
        return n / 2.0 * Math.log(rho) - Math.log(1 - rho) / 2 - (n - 1) / 2.0 * Math.log(1 + (n - 1) * rho);
    }

    /// The βμ at which a normalised head moves tokens at right angles fastest: `2μ/(e^(βμ)+n−1)` peaks at
    /// `1 + W0((n−1)/e)`.
    static double fastest(int n) {
        return 1 + Special.lambertW((n - 1) / Math.E);
    }
}
