package heed.cli.attend;

import heed.attention.Determinism;
import heed.attention.ElementType;
import java.util.List;

/// How tensors are stored, and what may change bits.
final class StorageOptions {
    private StorageOptions() {}

    static List<AttendOption<?>> all() {
        return List.of(
                AttendOption.value(
                        "--kv-type",
                        "TYPE",
                        ElementType.class,
                        "Key and value as the run reads them: f16, bf16, f32, f64, int8 or int4; made of those given, unless scales"
                                + " say that they are such. Default: as given.",
                        (call, type) -> call.stored().type(type)),
                AttendOption.file(
                        "--key-scale",
                        "Scales of quantised keys: int8, [batch, kvHeads, kvLen]; int4 with --kv-type int4, [..., headDim / 32].",
                        (call, file) -> call.stored().keyScale(file)),
                AttendOption.file(
                        "--value-scale",
                        "Scales of quantised values, likewise.",
                        (call, file) -> call.stored().valueScale(file)),
                AttendOption.value(
                        "--panels",
                        "W",
                        Integer.class,
                        "Lays keys out in panels of W for the run; a backend may take one width alone. Default: rows.",
                        (call, width) -> call.stored().panels(width)),
                AttendOption.file(
                        "--page-table",
                        "Key and value are pages, [pages, kvHeads, pageLen, dim]: integers [batch, most pages], with --kv-lens.",
                        (call, file) -> call.stored().pages(file)),
                AttendOption.value(
                        "--output-type",
                        "TYPE",
                        ElementType.class,
                        "Type of the output: f16, bf16 (its bits as integers), f32 or f64. Default: as the query.",
                        (call, type) -> call.spec().outputType(type)),
                AttendOption.value(
                        "--determinism",
                        "D",
                        Determinism.class,
                        "default, or bitwise: the same bits whole, chunked or one row at a time.",
                        (call, promise) -> call.spec().determinism(promise)));
    }
}
