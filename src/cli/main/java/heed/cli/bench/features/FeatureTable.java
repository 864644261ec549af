package heed.cli.bench.features;

import static heed.attention.ExtraOutput.COLUMN_MASS;
import static heed.attention.ExtraOutput.ENTROPY;
import static heed.attention.ExtraOutput.MAX_SCORE;
import static heed.attention.ExtraOutput.SUM_OF_SQUARES;

import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.cli.bench.BenchShape;
import heed.cli.bench.Computation;
import java.util.ArrayList;
import java.util.List;

/// The rows, in order: what is measured, against what, and what is asked.
///
/// @param divisor of all lengths: 1, or more for a look that tells whether every row runs and is right, not how fast
record FeatureTable(int divisor) {
    private static final int DIM = 128;
    private static final float CAP = 3;

    /// The table of `heed bench --features`.
    static List<Feature> of(boolean quick) {
        FeatureTable table = new FeatureTable(quick ? 32 : 1);
        List<Feature> rows = new ArrayList<>();
        table.addDecode(rows);
        table.addSparse(rows);
        table.addMasks(rows);
        table.addExpressions(rows);
        table.addOutputs(rows);
        table.addSelfChecks(rows);
        return List.copyOf(rows);
    }

    private int len(int full) {
        return full / divisor;
    }

    private BenchShape decode(int batch, int kvLen, ElementType type) {
        return new BenchShape(batch, 32, 8, 1, kvLen, DIM, false, type, true);
    }

    private BenchShape prefill(int heads, int len) {
        return new BenchShape(1, heads, heads, len(len), len(len), DIM, false, ElementType.F32, false);
    }

    private void addDecode(List<Feature> rows) {
        BenchShape step = decode(1, len(4096), ElementType.F32);
        for (int pageLen : new int[] {16, 64}) {
            rows.add(new Feature(
                    "decode, pages of " + pageLen,
                    "keys that lie together",
                    Asked.atLeastTimesAsFast(0.95),
                    step,
                    setting -> Decode.paged(setting, step, pageLen)));
        }
        rows.add(stored("int8", ElementType.INT8, 2));
        rows.add(stored("int4", ElementType.INT4, 3));
        int prefix = len(4096);
        BenchShape shared = decode(16, prefix + Math.max(64 / divisor, 16), ElementType.F32);
        String name = "decode, a prefix of %d for 16 sequences".formatted(prefix);
        rows.add(new Feature(
                name,
                "a copy for each",
                Asked.atLeastTimesAsFast(4),
                shared,
                setting -> new SharedPrefix(setting, shared, prefix).againstCopies()));
        rows.add(new Feature(
                name,
                "pages of 64 that they share",
                Asked.nothing(Asked.Measure.SPEED),
                shared,
                setting -> new SharedPrefix(setting, shared, prefix).againstForks(64)));
    }

    private Feature stored(String name, ElementType type, double asked) {
        BenchShape shape = decode(1, len(32768), type);
        return new Feature(
                "decode, " + name,
                "f32",
                Asked.atLeastTimesAsFast(asked),
                shape,
                setting -> Decode.stored(setting, shape));
    }

    private void addSparse(List<Feature> rows) {
        BenchShape head = prefill(1, 16384);
        Computations long1 = new Computations(head);
        Computation window = long1.window(len(1024));
        // The window has 8.3 times fewer pairs than the causal mask and 16.5 times fewer than none, so that only
        // against none ten times as fast is within reach.
        String name = "window of " + len(1024);
        rows.add(row(name, "causal", Asked.atLeastTimesAsFast(10), head, window, long1.causal()));
        rows.add(row(name, "no mask", Asked.nothing(Asked.Measure.SPEED), head, window, long1.plain()));
        BenchShape heads = prefill(2, 8192);
        int block = 128 / Math.min(divisor, 8);
        rows.add(row(
                "10 % of blocks of " + block,
                "no mask",
                Asked.atLeastTimesAsFast(7),
                heads,
                new SparseBlocks(heads.kvLen(), block, 0.1).of(heads),
                new Computations(heads).plain()));
    }

    private void addMasks(List<Feature> rows) {
        BenchShape shape = prefill(8, 2048);
        Computations of = new Computations(shape);
        Asked cost = Asked.nothing(Asked.Measure.COST);
        rows.add(row("ALiBi", "causal", cost, shape, of.alibi(), of.causal()));
        rows.add(row("softcap", "causal", cost, shape, of.softcap(CAP), of.causal()));
        rows.add(row("window of " + len(512), "causal", cost, shape, of.window(len(512)), of.causal()));
    }

    private void addExpressions(List<Feature> rows) {
        BenchShape shape = prefill(8, 2048);
        Computations of = new Computations(shape);
        Asked cost = Asked.atMostTimesTheTime(1.3);
        rows.add(row("ALiBi as an expression", "ALiBi", cost, shape, of.alibiExpression(), of.alibi()));
        rows.add(row("softcap as an expression", "softcap", cost, shape, of.softcapExpression(CAP), of.softcap(CAP)));
        int keys = len(512);
        rows.add(row(
                "window as an expression",
                "window of " + keys,
                cost,
                shape,
                of.windowExpression(keys),
                of.window(keys)));
    }

    private static Feature row(
            String name, String base, Asked asked, BenchShape shape, Computation feature, Computation without) {
        return new Feature(name, base, asked, shape, new Prefill(shape, feature, without)::open);
    }

    private void addOutputs(List<Feature> rows) {
        BenchShape shape = prefill(8, 2048);
        rows.add(diagnostics("entropy, largest score, Σ p²", 1.1, shape, ENTROPY, MAX_SCORE, SUM_OF_SQUARES));
        rows.add(diagnostics("mass of each key", 1.6, shape, COLUMN_MASS));
        for (boolean causal : new boolean[] {false, true}) {
            BenchShape masked = shape.withCausal(causal);
            rows.add(new Feature(
                    causal ? "gradient, causal" : "gradient",
                    "forward",
                    Asked.atLeastPercentOfFma(60),
                    masked,
                    setting -> new GradientRun(setting, masked).open()));
        }
    }

    private static Feature diagnostics(String name, double asked, BenchShape shape, ExtraOutput... outputs) {
        return new Feature(
                name,
                "output alone",
                Asked.atMostTimesTheTime(asked),
                shape,
                setting -> new DiagnosticRun(setting, shape, List.of(outputs)).open());
    }

    private void addSelfChecks(List<Feature> rows) {
        for (BenchShape shape : List.of(prefill(8, 2048), decode(1, len(4096), ElementType.F32))) {
            SelfChecks checks = new SelfChecks(shape, 10_000);
            String what = shape.queryLen() > 1 ? "prefill" : "decode";
            rows.add(new Feature(
                    what + " × " + checks.runs() + ", one row in 10000 checked",
                    "unchecked",
                    Asked.atMostTimesTheTime(1.01),
                    shape,
                    checks::open));
        }
    }
}
