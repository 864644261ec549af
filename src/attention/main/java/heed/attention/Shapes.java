package heed.attention;

/// Whether the tensors of a call have the shapes and types that its spec and each other ask for. One belongs to
/// each [AttentionCall], since a run makes no objects.
final class Shapes {
    private final AttentionCall call;
    private final AttentionSpec spec;
    private int queryBatch;
    private int keyBatch;
    private int keys;

    Shapes(AttentionCall call, AttentionSpec spec) {
        this.call = call;
        this.spec = spec;
    }

    /// Refuses a query without rows to take lengths from.
    static Tensor queryRows(Tensor query) {
        if (query.rank() != 4) {
            throw Checks.refusal("query must be [batch, queryHeads, queryLen, headDim]: query=%s", query);
        }
        return query;
    }

    /// The tensor whose axis 2 tells how many keys there are: panels do not, being filled up.
    static Tensor keyRows(KeyLayout layout, Tensor key, Tensor value) {
        return switch (layout) {
            case KeyLayout.Rows _ -> {
                if (key.rank() != 4) {
                    throw Checks.refusal("key must be [batch, kvHeads, kvLen, headDim]: key=%s", key);
                }
                yield key;
            }
            case KeyLayout.Panels _ -> {
                if (value.rank() != 4) {
                    throw Checks.refusal("value must be [batch, kvHeads, kvLen, valueDim]: value=%s", value);
                }
                yield value;
            }
        };
    }

    /// Refuses any tensor that does not fit, the masks apart.
    ///
    /// @param queries entries of the query's batch axis
    /// @param sequences entries of the key's
    void check(int queries, int sequences) {
        queryBatch = queries;
        keyBatch = sequences;
        Tensor rows = keyRows(spec.keyLayout(), call.key(), call.value());
        keys = rows.size(2);
        if (spec.isPaged()) {
            keyBatch = rows.size(0);
            if (keys != spec.pageLen()) {
                throw Checks.refusal(
                        "keys and values in pages must be [pages, kvHeads, pageLen, dim] with pageLen=%d: got %s",
                        spec.pageLen(), rows);
            }
        }
        checkQueries();
        checkKeys();
        checkValues();
        checkOutputs();
    }

    private void checkQueries() {
        int rows = call.query().size(2);
        Door.shape(
                "query",
                call.query(),
                "[batch, queryHeads, queryLen, headDim]",
                queryBatch,
                spec.queryHeads(),
                rows,
                spec.headDim());
        Door.type("query", call.query(), spec.queryType());
        if (spec.sink()) {
            Door.shape("sink", call.sink(), "[queryHeads]", spec.queryHeads());
            Door.floating("sink", call.sink());
        }
    }

    private void checkKeys() {
        Tensor key = call.key();
        int units = spec.kvType().unitsOf(spec.headDim());
        switch (spec.keyLayout()) {
            case KeyLayout.Rows _ -> Door.shape("key", key, keyAxes(), keyBatch, spec.kvHeads(), keys, units);
            case KeyLayout.Panels panels -> checkPanels(key, panels, units);
        }
        Door.type("key", key, spec.kvType());
        if (spec.kvType().isQuantised()) {
            checkScale("keyScale", call.keyScale(), spec.kvType().scalesOf(spec.headDim()));
        }
    }

    private String keyAxes() {
        return spec.kvType() == ElementType.INT4
                ? "[batch, kvHeads, kvLen, headDim / 2]"
                : "[batch, kvHeads, kvLen, headDim]";
    }

    /// Further panels than the keys need may be there, as in a cache that is still filling.
    private void checkPanels(Tensor key, KeyLayout.Panels panels, int units) {
        int width = panels.width();
        int needed = panels.count(keys);
        boolean fits = key.rank() == 5
                && key.size(0) == keyBatch
                && key.size(1) == spec.kvHeads()
                && key.size(2) >= needed
                && key.size(3) == units
                && key.size(4) == width;
        if (!fits) {
            throw Checks.refusal(
                    "key must be [batch, kvHeads, panels, %s, width] = [%d, %d, at least %d for %d keys, %d, %d]: key=%s",
                    spec.kvType() == ElementType.INT4 ? "headDim / 2" : "headDim",
                    keyBatch,
                    spec.kvHeads(),
                    needed,
                    keys,
                    units,
                    width,
                    key);
        }
        long bytes = spec.kvType().bytes();
        if (key.stride(4) != bytes || key.stride(3) != width * bytes) {
            throw Checks.refusal(
                    "the panels of key must be contiguous, strides %d and %d along their dims and keys: strides %d and %d, key=%s",
                    width * bytes, bytes, key.stride(3), key.stride(4), key);
        }
    }

    private void checkValues() {
        Tensor value = call.value();
        ElementType type = spec.kvType();
        String axes = type == ElementType.INT4
                ? "[batch, kvHeads, kvLen, valueDim / 2]"
                : "[batch, kvHeads, kvLen, valueDim]";
        Door.shape("value", value, axes, keyBatch, spec.kvHeads(), keys, type.unitsOf(spec.valueDim()));
        Door.type("value", value, type);
        if (type.isQuantised()) {
            checkScale("valueScale", call.valueScale(), type.scalesOf(spec.valueDim()));
        }
    }

    private void checkScale(String name, Tensor scale, int groups) {
        if (spec.kvType() == ElementType.INT8) {
            Door.shape(name, scale, "[batch, kvHeads, kvLen]", keyBatch, spec.kvHeads(), keys);
        } else {
            Door.shape(name, scale, "[batch, kvHeads, kvLen, dim / 32]", keyBatch, spec.kvHeads(), keys, groups);
        }
        Door.floating(name, scale);
    }

    private void checkOutputs() {
        int rows = call.query().size(2);
        int heads = spec.queryHeads();
        Door.shape(
                "output",
                call.output(),
                "[batch, queryHeads, queryLen, valueDim]",
                queryBatch,
                heads,
                rows,
                spec.valueDim());
        Door.type("output", call.output(), spec.outputType());
        if (spec.scoreStage().isPresent()) {
            checkScores();
        }
        if (call.hasLogSumExp()) {
            Door.shape("logSumExp", call.logSumExp(), "[batch, queryHeads, queryLen]", queryBatch, heads, rows);
            Door.floating("logSumExp", call.logSumExp());
        }
    }

    private void checkScores() {
        int longest = 0;
        for (int b = 0; b < call.batch(); b++) {
            longest = Math.max(longest, call.kvLen(b));
        }
        Tensor scores = call.scores();
        int[] least = {queryBatch, spec.queryHeads(), call.query().size(2), longest};
        if (scores.rank() != 4
                || scores.size(0) != queryBatch
                || scores.size(1) != spec.queryHeads()
                || scores.size(2) != call.query().size(2)
                || scores.size(3) < longest) {
            throw Checks.refusal(
                    "scores must be [batch, queryHeads, queryLen, kvLen] = %s, or longer along its last axis: scores=%s",
                    java.util.Arrays.toString(least), scores);
        }
        Door.floating("scores", scores);
    }
}
