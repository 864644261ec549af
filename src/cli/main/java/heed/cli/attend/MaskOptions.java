package heed.cli.attend;

import heed.attention.Mask;
import heed.attention.Tensor;
import heed.cli.expression.ExpressionParser;
import heed.cli.input.InputException;
import java.util.List;

/// Which keys are seen, and what is added to scores.
final class MaskOptions {
    private MaskOptions() {}

    static List<AttendOption<?>> all() {
        return List.of(
                AttendOption.flag(
                        "--causal",
                        "A query sees the keys up to its own position.",
                        call -> call.masks().limit(Mask.causal())),
                AttendOption.numbers(
                        "--window",
                        "L,R",
                        "A query sees L keys before its position and R after; -1 for no limit.",
                        (call, n) -> {
                            pair("--window", "L,R", n);
                            call.masks().limit(Mask.slidingWindow(n.get(0), n.get(1)));
                        }),
                AttendOption.numbers(
                        "--sinks-and-window",
                        "M,W",
                        "Causal, and of those the first M keys and the last W.",
                        (call, n) -> {
                            pair("--sinks-and-window", "M,W", n);
                            call.masks().limit(Mask.sinksAndWindow(n.get(0), n.get(1)));
                        }),
                AttendOption.tensor(
                        "--mask",
                        "Right-aligned to [batch, heads, queryLen, kvLen]; bool: true is seen, float: added to the score.",
                        MaskOptions::mask),
                AttendOption.value(
                        "--alibi-form",
                        "FORM",
                        Mask.AlibiForm.class,
                        "signed: slope * (j - p), the default; symmetric: -slope * |p - j|.",
                        (call, form) -> call.masks().alibiForm = form),
                AttendOption.tensor("--alibi", "ALiBi slopes, one for each query head: [heads].", (call, slopes) -> {
                    call.arguments().alibiSlopes(slopes);
                    call.masks().limit(Mask.alibi(call.masks().alibiForm));
                }),
                AttendOption.table(
                        "--documents",
                        "The document of each position, [kvLen]: a query sees its own document.",
                        (call, documents) -> {
                            call.capture("--documents", "documents", documents);
                            call.masks().name("documents", Mask.documents("documents"));
                        }),
                AttendOption.numbers(
                        "--block-size", "Q,K", "Rows and keys of a block. Default: 128,128.", (call, n) -> {
                            pair("--block-size", "Q,K", n);
                            call.masks().blockSize = n;
                        }),
                AttendOption.tensor(
                        "--block-mask",
                        "Which blocks are seen: bool, right-aligned to [batch, heads, queryBlocks, keyBlocks].",
                        (call, blocks) -> {
                            List<Integer> size = call.masks().blockSize;
                            call.arguments().blockMask(blocks);
                            call.masks().name("blocks", Mask.blockTensor(size.get(0), size.get(1)));
                        }),
                AttendOption.tensor(
                        "--tree",
                        "The queries are a tree of drafts, the last keys: bool [queryLen, queryLen] or one for each sequence;"
                                + " row i sees draft t where true.",
                        (call, tree) -> {
                            call.lengths().tree(tree);
                            call.masks().name("tree", Mask.tree());
                        }),
                AttendOption.value(
                        "--visible",
                        "EXPR",
                        String.class,
                        "Keys are seen where it holds: conditions and masks (causal, window(L,R), first(N), and mask, blocks,"
                                + " documents, tree where their tensors are given) with and, or, not.",
                        (call, text) -> call.masks().show(ExpressionParser.visible("--visible", text, call.names()))));
    }

    private static void mask(AttendCall call, Tensor tensor) {
        switch (tensor.type()) {
            case BOOL -> {
                call.arguments().mask(tensor);
                call.masks().name("mask", Mask.booleanTensor());
            }
            case F16, BF16, F32, F64 -> {
                call.arguments().bias(tensor);
                call.masks().name("mask", Mask.additiveTensor());
            }
            case INT8, INT4 ->
                throw new InputException("--mask must be boolean or of a floating-point type: --mask=%s", tensor);
        }
    }

    private static void pair(String option, String form, List<Integer> numbers) {
        if (numbers.size() != 2) {
            throw new InputException(
                    "%s must be two numbers, %s: %s=%s",
                    option,
                    form,
                    option,
                    String.join(",", numbers.stream().map(String::valueOf).toList()));
        }
    }
}
