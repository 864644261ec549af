package heed.studies.continuity;

import heed.studies.train.Activation;
import heed.studies.train.Curve;
import heed.studies.train.Layer;
import heed.studies.train.LayerNorm;
import heed.studies.train.RmsNorm;
import heed.studies.train.Sequential;
import java.util.function.Supplier;

/// A kind of network.
///
/// @param name in tables
/// @param skips whether a layer is added to its input, or takes its place
/// @param before what comes before each matrix
/// @param after what comes after it
record Variant(String name, boolean skips, Supplier<Layer> before, Supplier<Layer> after) {
    static final Variant RELU = new Variant("skip, ReLU", true, Sequential::new, () -> new Activation(Curve.RELU));
    static final Variant BARE_RELU =
            new Variant("no skip, ReLU", false, Sequential::new, () -> new Activation(Curve.RELU));
    static final Variant LINEAR = new Variant("skip, linear", true, Sequential::new, Sequential::new);
    static final Variant RADIAL = new Variant("skip, radial", true, Sequential::new, Radial::new);
    static final Variant NORMED =
            new Variant("skip, linear, LayerNorm", true, () -> LayerNorm.plain(1e-5), Sequential::new);
    static final Variant RMS_NORMED =
            new Variant("skip, linear, RMSNorm", true, () -> RmsNorm.plain(1e-5), Sequential::new);
}
