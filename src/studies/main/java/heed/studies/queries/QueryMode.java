package heed.studies.queries;

import heed.studies.train.Activation;
import heed.studies.train.Curve;
import heed.studies.train.Layer;
import heed.studies.train.LayerNorm;
import heed.studies.train.Linear;
import heed.studies.train.Products;
import heed.studies.train.Residual;
import heed.studies.train.RmsNorm;
import heed.studies.train.Sequential;
import java.util.random.RandomGenerator;

/// How a query is made of its row x; keys and values stay linear.
///
/// The paper halves x + f(x); its code takes x + f(x) and halves softmaxScale, which is the same.
public enum QueryMode {
    /// `x W_Q`, as usual.
    ORIGINAL("linear", 1) {
        @Override
        Layer query(Products products, String name, int dim, RandomGenerator random) {
            return Linear.gaussian(products, name, dim, dim, 1, random);
        }
    },
    /// x itself: a matrix less.
    IDENTITY("identity", 0.5) {
        @Override
        Layer query(Products products, String name, int dim, RandomGenerator random) {
            return new Sequential();
        }
    },
    /// `x + x W_Q`.
    RESIDUAL("residual linear", 0.5) {
        @Override
        Layer query(Products products, String name, int dim, RandomGenerator random) {
            return new Residual(Linear.gaussian(products, name, dim, dim, 1, random));
        }
    },
    /// `x + f(x)`, [#bottleneck].
    RESIDUAL_GELU("residual GELU", 0.5) {
        @Override
        Layer query(Products products, String name, int dim, RandomGenerator random) {
            return new Residual(bottleneck(products, name, dim, random));
        }
    };

    static final double EPSILON = 1e-5;

    private final String label;
    private final double factor;

    QueryMode(String label, double factor) {
        this.label = label;
        this.factor = factor;
    }

    /// What makes queries of width `dim`.
    abstract Layer query(Products products, String name, int dim, RandomGenerator random);

    /// In tables and legends.
    String label() {
        return label;
    }

    /// softmaxScale for heads of `headDim`.
    double softmaxScale(int headDim) {
        return factor / Math.sqrt(headDim);
    }

    /// `f(x) = LayerNorm(GELU(RMSNorm(x) W₁) W₂)` with half the width inside: as many weights as one
    /// matrix, d².
    static Sequential bottleneck(Products products, String name, int dim, RandomGenerator random) {
        int inner = dim / 2;
        return new Sequential(
                RmsNorm.scaled(name + ".norm1", dim, EPSILON),
                Linear.gaussian(products, name + ".1", dim, inner, 1, random),
                new Activation(Curve.GELU),
                Linear.gaussian(products, name + ".2", inner, dim, 1, random),
                LayerNorm.affine(name + ".norm2", dim, EPSILON));
    }
}
