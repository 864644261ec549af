package heed.blas.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import heed.blas.bindings.cuda.Cuda;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The two products of a tile of rows and a block of keys by cuBLAS, for all kv heads in one call, and the
/// softmax between them.
///
/// cuBLAS counts columns first, so it is given the transposes: `Sᵀ = K · Qᵀ` and `Oᵀ += Vᵀ · Pᵀ`. Scores and
/// weights are `[kv heads][rows][KEYS]`; weights beside values of 16 bits are a sum of parts, and so are their
/// products.
final class BlockProducts {
    private static final int SOFTMAX_BYTES = 9 * 8 + 12 * 4 + 2 * 4;
    private static final int CLEAN_BYTES = 4 * 8 + 2 * 4;
    private static final int STRAYS_BYTES = 4 * 8 + 6 * 4;

    private final CudaDevice device;
    private final PlanShape shape;
    private final MemorySegment stream;
    private final MemorySegment handle;
    private final long scores;
    private final long parts;
    private final long cleanValues;
    private final KernelCall softmax;
    private final KernelCall clean;
    private final KernelCall strays;
    private final MemorySegment zero;
    private final MemorySegment one;
    private final MemorySegment[] partScales;

    BlockProducts(CudaDevice device, PlanShape shape, MemorySegment stream, DeviceArena memory, Arena arena) {
        this.device = device;
        this.shape = shape;
        this.stream = stream;
        handle = memory.cublas(stream);
        scores = memory.allocate(shape.tileScores() * Float.BYTES);
        parts = memory.allocate(shape.parts() * shape.tileScores() * Short.BYTES);
        cleanValues = memory.allocate(
                shape.blockElements(shape.valueDim()) * shape.type().bytes());
        softmax = new KernelCall(device.driver(), device.kernels().softmax(), SOFTMAX_BYTES, arena);
        clean = new KernelCall(device.driver(), device.kernels().clean(), CLEAN_BYTES, arena);
        strays = new KernelCall(device.driver(), device.kernels().strays(), STRAYS_BYTES, arena);
        zero = arena.allocateFrom(JAVA_FLOAT, 0f);
        one = arena.allocateFrom(JAVA_FLOAT, 1f);
        partScales = new MemorySegment[Math.max(1, shape.parts())];
        for (int part = 0; part < partScales.length; part++) {
            partScales[part] = arena.allocateFrom(JAVA_FLOAT, shape.type().partScale(part));
        }
    }

    /// `S = Q · Kᵀ` of `rows` rows of each kv head, whose first is at device address `query`, `allRows` apart.
    void scores(long query, int rows, int allRows, BlockOperand key, int keys) {
        int dim = shape.headDim();
        device.cublas()
                .multiply(
                        handle,
                        shape.type(),
                        Cuda.CUBLAS_OP_T(),
                        keys,
                        rows,
                        dim,
                        one,
                        key.address(),
                        dim,
                        key.headStride(),
                        query,
                        dim,
                        (long) allRows * dim,
                        zero,
                        scores,
                        Kernels.KEYS,
                        (long) rows * Kernels.KEYS,
                        shape.kvHeads());
    }

    /// Scores become weights; maxima, sums and outputs of the rows follow.
    ///
    /// @param mask a piece of the boolean mask, of 0 if there is none; so `bias`
    void softmax(
            SequenceRows state,
            int queries,
            int firstRow,
            int rows,
            int firstKey,
            int keys,
            long mask,
            int maskHeadStride,
            long bias,
            int biasHeadStride) {
        softmax.begin()
                .wide(scores)
                .wide(parts)
                .wide(state.output())
                .wide(state.max())
                .wide(state.sum())
                .wide(state.firstKeys())
                .wide(state.endKeys(queries))
                .wide(mask)
                .wide(bias)
                .integer(rows)
                .integer(queries * shape.group())
                .integer(firstRow)
                .integer(shape.group())
                .integer(shape.valueDim())
                .integer(firstKey)
                .integer(keys)
                .integer(maskHeadStride)
                .integer(biasHeadStride)
                .integer(shape.type().ordinal())
                .integer(shape.parts())
                .integer(shape.kvHeads())
                .single((float) shape.spec().softmaxScale())
                .single((float) shape.spec().softcap())
                .launch(stream, rows, shape.kvHeads());
    }

    /// `O += P · V` for the rows at device address `output`, `allRows` apart.
    void accumulate(long output, int rows, int allRows, BlockOperand value, int keys) {
        accumulate(output, rows, allRows, value.address(), value.headStride(), keys);
    }

    private void accumulate(long output, int rows, int allRows, long values, long headStride, int keys) {
        int dim = shape.valueDim();
        for (int part = 0; part < partScales.length; part++) {
            long weights = shape.parts() == 0
                    ? scores
                    : parts + (long) part * shape.kvHeads() * rows * Kernels.KEYS * Short.BYTES;
            device.cublas()
                    .multiply(
                            handle,
                            shape.type(),
                            Cuda.CUBLAS_OP_N(),
                            dim,
                            rows,
                            keys,
                            partScales[part],
                            values,
                            dim,
                            headStride,
                            weights,
                            Kernels.KEYS,
                            (long) rows * Kernels.KEYS,
                            one,
                            output,
                            dim,
                            (long) allRows * dim,
                            shape.kvHeads());
        }
    }

    /// Prepares a block of values for [#accumulateCarefully].
    void clean(BlockOperand value, int keys) {
        clean.begin()
                .wide(value.address())
                .wide(cleanValues)
                .wide(value.headStride())
                .wide((long) keys * shape.valueDim())
                .integer(shape.valueDim())
                .integer(shape.type().ordinal())
                .launch(stream, keys, shape.kvHeads());
    }

    /// As [#accumulate] of values that may be infinite or NaN: the products get 0 instead, and what was left
    /// out is added to the rows that see it. Rows that do not keep their bits.
    ///
    /// @param output device address of the output of the sequence's first row
    void accumulateCarefully(long output, int firstRow, int rows, int allRows, BlockOperand value, int keys) {
        int dim = shape.valueDim();
        long rowBytes = (long) dim * Float.BYTES;
        accumulate(output + firstRow * rowBytes, rows, allRows, cleanValues, (long) keys * dim, keys);
        strays.begin()
                .wide(shape.parts() == 0 ? scores : parts)
                .wide(value.address())
                .wide(output)
                .wide(value.headStride())
                .integer(rows)
                .integer(allRows)
                .integer(firstRow)
                .integer(dim)
                .integer(keys)
                .integer(shape.type().ordinal())
                .launch(stream, rows, shape.kvHeads());
    }
}
