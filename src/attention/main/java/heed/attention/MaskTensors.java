package heed.attention;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the masks of a spec read in one run, checked. One belongs to each [AttentionCall].
final class MaskTensors {
    private final AttentionCall call;
    private final boolean hasMask;
    private final boolean hasBias;
    private final boolean hasBlocks;
    private final boolean hasAlibi;
    private final MaskRows mask = new MaskRows("mask", 1);
    private final MaskRows bias = new MaskRows("bias", 1);
    private final MaskRows blocks;
    private final TreeBits tree;
    private @Nullable Tensor alibiSlopes;

    MaskTensors(AttentionCall call, AttentionSizes sizes) {
        this.call = call;
        Mask all = call.spec().mask();
        hasMask = all.has(Mask.BooleanTensor.class);
        hasBias = all.has(Mask.AdditiveTensor.class);
        hasBlocks = all.has(Mask.BlockTensor.class);
        hasAlibi = all.has(Mask.Alibi.class);
        blocks = new MaskRows("blockMask", MaskRows.queryBlock(all));
        tree = new TreeBits(call, all, sizes.batch());
    }

    MaskRows mask() {
        return mask;
    }

    MaskRows bias() {
        return bias;
    }

    MaskRows blocks() {
        return blocks;
    }

    TreeBits tree() {
        return tree;
    }

    double alibiSlope(int head) {
        return StoredRows.element(Objects.requireNonNull(alibiSlopes), head);
    }

    /// Takes in what the run gives, once its lengths are known.
    void bind(AttentionArguments arguments) {
        alibiSlopes = Door.taken("alibiSlopes", arguments.alibiSlopes, hasAlibi, "mask(Mask.alibi())");
        if (alibiSlopes != null) {
            Door.shape("alibiSlopes", alibiSlopes, "[queryHeads]", call.spec().queryHeads());
            Door.floating("alibiSlopes", alibiSlopes);
        }
        mask.bind(arguments.mask, hasMask, call);
        bias.bind(arguments.bias, hasBias, call);
        blocks.bind(arguments.blockMask, hasBlocks, call);
        tree.bind(arguments.treeBits);
    }

    void checkReads(CallMemory memory) {
        memory.read("mask", mask.tensor());
        memory.read("bias", bias.tensor());
        memory.read("blockMask", blocks.tensor());
        memory.read("alibiSlopes", alibiSlopes);
    }

    /// Forgets every segment.
    void release() {
        alibiSlopes = null;
        mask.release();
        bias.release();
        blocks.release();
        tree.release();
    }
}
