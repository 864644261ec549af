package heed.blas.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import heed.attention.AttentionCall;
import heed.attention.ElementType;
import heed.attention.PartialOutput;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The rows of one sequence: queries, the keys that each may see, and sinks up; outputs and log-sum-exps down.
///
/// On the device they are `[kv heads][rows][dim]`, row `i · group + g` being query `i` of query head `kvHead ·
/// group + g`. Maxima and sums stay there.
final class SequenceRows {
    private static final int START_BYTES = 3 * 8 + 2 * 4;
    private static final int FINISH_BYTES = 7 * 8 + 4 * 4;

    private final CudaDriver driver;
    private final PlanShape shape;
    private final MemorySegment stream;
    private final long query;
    private final long output;
    private final long max;
    private final long sum;
    private final long logSumExp;
    private final long first;
    private final long sink;
    private final long flag;
    private final MemorySegment packed;
    private final MemorySegment packedLogSumExp;
    private final MemorySegment intervals;
    private final MemorySegment packedSink;
    private final MemorySegment packedFlag;
    private final KernelCall start;
    private final KernelCall finish;

    SequenceRows(CudaDevice device, PlanShape shape, MemorySegment stream, DeviceArena memory, Arena arena) {
        driver = device.driver();
        this.shape = shape;
        this.stream = stream;
        long queryBytes = shape.rows() * shape.headDim() * shape.type().bytes();
        long outputBytes = shape.rows() * shape.valueDim() * Float.BYTES;
        query = memory.allocate(queryBytes);
        output = memory.allocate(outputBytes);
        max = memory.allocate(shape.rows() * Float.BYTES);
        sum = memory.allocate(shape.rows() * Float.BYTES);
        logSumExp = memory.allocate(shape.rows() * Double.BYTES);
        first = memory.allocate(2L * shape.queryLen() * Integer.BYTES);
        sink = memory.allocate((long) shape.spec().queryHeads() * Float.BYTES);
        flag = memory.allocate(Integer.BYTES);
        packed = memory.pinned(Math.max(queryBytes, outputBytes));
        packedLogSumExp = memory.pinned(shape.rows() * Double.BYTES);
        intervals = memory.pinned(2L * shape.queryLen() * Integer.BYTES);
        packedSink = memory.pinned((long) shape.spec().queryHeads() * Float.BYTES);
        packedFlag = memory.pinned(Integer.BYTES);
        start = new KernelCall(driver, device.kernels().start(), START_BYTES, arena);
        finish = new KernelCall(driver, device.kernels().finish(), FINISH_BYTES, arena);
    }

    long query() {
        return query;
    }

    long output() {
        return output;
    }

    long max() {
        return max;
    }

    long sum() {
        return sum;
    }

    /// Device address of the first key of each query.
    long firstKeys() {
        return first;
    }

    /// Device address of one past the last key of each of `queries`.
    long endKeys(int queries) {
        return first + (long) queries * Integer.BYTES;
    }

    /// First key that query `i` may see.
    int firstKey(int i) {
        return intervals.getAtIndex(JAVA_INT, i);
    }

    /// One past the last key that query `i` of `queries` may see.
    int endKey(int i, int queries) {
        return intervals.getAtIndex(JAVA_INT, queries + i);
    }

    /// Uploads the rows of sequence `b`.
    void send(AttentionCall call, int b) {
        int queries = call.queryLen(b);
        int group = shape.group();
        long rowBytes = (long) shape.headDim() * shape.type().bytes();
        for (int head = 0; head < shape.spec().queryHeads(); head++) {
            for (int i = 0; i < queries; i++) {
                long row = ((long) (head / group) * queries + i) * group + head % group;
                Elements.copy(call.query(), call.queryAt(b, head, i), shape.headDim(), packed, row * rowBytes);
            }
            packedSink.setAtIndex(JAVA_FLOAT, head, (float) call.sinkLogit(head));
        }
        for (int i = 0; i < queries; i++) {
            int position = call.offset(b) + i;
            int from = Math.min(call.spec().mask().firstKey(position), call.kvLen(b));
            intervals.setAtIndex(JAVA_INT, i, from);
            intervals.setAtIndex(JAVA_INT, queries + i, call.spec().mask().endKey(position, call.kvLen(b)));
        }
        packedFlag.set(JAVA_INT, 0, 0);
        copyUp(query, packed, (long) shape.spec().queryHeads() * queries * rowBytes);
        copyUp(first, intervals, 2L * queries * Integer.BYTES);
        copyUp(sink, packedSink, (long) shape.spec().queryHeads() * Float.BYTES);
    }

    private void copyUp(long to, MemorySegment from, long bytes) {
        driver.copyToDevice(to, from, bytes, stream);
    }

    /// Starts the rows of a sequence anew.
    void start(int rows) {
        copyUp(flag, packedFlag, Integer.BYTES);
        start.begin()
                .wide(output)
                .wide(max)
                .wide(sum)
                .integer(rows)
                .integer(shape.valueDim())
                .launch(stream, rows, shape.kvHeads());
    }

    /// Normalises the rows, downloads them and waits.
    ///
    /// @return whether every element is a finite number
    boolean finish(int rows) {
        finish.begin()
                .wide(output)
                .wide(max)
                .wide(sum)
                .wide(shape.spec().sink() ? sink : 0)
                .wide(logSumExp)
                .wide(flag)
                .real(shape.spec().probabilityScale())
                .integer(rows)
                .integer(shape.group())
                .integer(shape.valueDim())
                .integer(0)
                .launch(stream, rows, shape.kvHeads());
        long all = (long) shape.kvHeads() * rows;
        driver.copyToHost(packed, output, all * shape.valueDim() * Float.BYTES, stream);
        driver.copyToHost(packedLogSumExp, logSumExp, all * Double.BYTES, stream);
        driver.copyToHost(packedFlag, flag, Integer.BYTES, stream);
        driver.synchronizeStream(stream);
        boolean finite = packedFlag.get(JAVA_INT, 0) == 0;
        packedFlag.set(JAVA_INT, 0, 0);
        return finite;
    }

    /// Writes the rows of sequence `b`, or merges them into what is there.
    void store(AttentionCall call, int b) {
        int queries = call.queryLen(b);
        int group = shape.group();
        for (int head = 0; head < shape.spec().queryHeads(); head++) {
            for (int i = 0; i < queries; i++) {
                store(call, b, head, i, ((long) (head / group) * queries + i) * group + head % group);
            }
        }
    }

    private void store(AttentionCall call, int b, int head, int i, long row) {
        Tensor out = call.output();
        long from = row * shape.valueDim() * Float.BYTES;
        long to = call.outputAt(b, head, i);
        double keep = 0;
        double add = 1;
        if (call.hasLogSumExp()) {
            Tensor lse = call.logSumExp();
            long at = call.logSumExpAt(b, head, i);
            double own = packedLogSumExp.getAtIndex(JAVA_DOUBLE, row);
            double old = call.accumulates() ? lse.type().read(lse.segment(), at) : Double.NEGATIVE_INFINITY;
            double total = call.accumulates() ? PartialOutput.logAddExp(old, own) : own;
            keep = PartialOutput.weight(old, total);
            add = call.accumulates() ? PartialOutput.weight(own, total) : 1;
            lse.type().write(lse.segment(), at, total);
        }
        if (keep == 0 && add == 1 && out.type() == ElementType.F32 && out.stride(3) == Float.BYTES) {
            MemorySegment.copy(packed, from, out.segment(), to, (long) shape.valueDim() * Float.BYTES);
            return;
        }
        for (int d = 0; d < shape.valueDim(); d++) {
            long at = to + d * out.stride(3);
            double old = keep == 0 ? 0 : out.type().read(out.segment(), at);
            double own = packed.get(JAVA_FLOAT, from + 4L * d);
            out.type().write(out.segment(), at, PartialOutput.weigh(keep, old, add, own));
        }
    }
}
