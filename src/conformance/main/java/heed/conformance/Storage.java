package heed.conformance;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import java.util.List;
import java.util.stream.Stream;

/// How the tensors of a problem are stored: their types, and keys as rows or in panels.
record Storage(ElementType query, ElementType kv, ElementType output, boolean panels) {
    /// A vector of 512 bits of f32: what a kernel is likely to take that prefers rows and says no width.
    private static final int WIDTH = 16;

    /// The types in use: 16 bits throughout or with f32 results, small caches under f32 or 16-bit queries, f32 and
    /// f64.
    static List<Storage> all() {
        ElementType f16 = ElementType.F16;
        ElementType bf16 = ElementType.BF16;
        ElementType f32 = ElementType.F32;
        return Stream.of(
                        rows(f32, f32, f32),
                        rows(f32, f16, f32),
                        rows(f32, bf16, f32),
                        rows(f32, ElementType.INT8, f32),
                        rows(f32, ElementType.INT4, f32),
                        rows(f16, f16, f16),
                        rows(f16, f16, f32),
                        rows(bf16, bf16, bf16),
                        rows(bf16, bf16, f32),
                        rows(bf16, ElementType.INT8, bf16),
                        rows(f16, ElementType.INT4, f16),
                        rows(ElementType.F64, ElementType.F64, ElementType.F64))
                .flatMap(storage -> Stream.of(storage, storage.inPanels()))
                .toList();
    }

    static Storage rows(ElementType query, ElementType kv, ElementType output) {
        return new Storage(query, kv, output, false);
    }

    /// Keys and values of `kv` under queries and results in f32.
    static Storage rows(ElementType kv) {
        return rows(ElementType.F32, kv, ElementType.F32);
    }

    Storage inPanels() {
        return new Storage(query, kv, output, true);
    }

    /// The spec stored in this way; panels are as wide as the backend prefers them.
    AttentionSpec spec(AttentionBackend backend, AttentionSpec.Builder builder) {
        AttentionSpec spec = builder.type(query).kvType(kv).outputType(output).build();
        return panels ? spec.toBuilder().keyLayout(layout(backend, spec)).build() : spec;
    }

    private static KeyLayout layout(AttentionBackend backend, AttentionSpec spec) {
        return switch (backend.preferredKeyLayout(spec)) {
            case KeyLayout.Rows _ -> KeyLayout.panels(WIDTH);
            case KeyLayout.Panels preferred -> preferred;
        };
    }

    @Override
    public String toString() {
        return query + "/" + kv + "/" + output + (panels ? " panels" : " rows");
    }
}
