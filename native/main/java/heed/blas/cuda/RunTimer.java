package heed.blas.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import heed.attention.AttentionCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// How long a run is under way on the GPU, by its own clock: from the first operation of the compute stream to
/// the last, waiting for the host included. Measured for a recording only, as [DeviceRun].
final class RunTimer {
    private final CudaDriver driver;
    private final MemorySegment stream;
    private final MemorySegment start;
    private final MemorySegment end;
    private final MemorySegment millis;
    private boolean started;

    RunTimer(CudaDriver driver, MemorySegment stream, DeviceArena memory, Arena arena) {
        this.driver = driver;
        this.stream = stream;
        start = memory.event(true);
        end = memory.event(true);
        millis = arena.allocate(JAVA_FLOAT);
    }

    void start() {
        started = DeviceRun.isRecorded();
        if (started) {
            driver.record(start, stream);
        }
    }

    void end(AttentionCall call) {
        if (!started) {
            return;
        }
        driver.record(end, stream);
        driver.synchronizeEvent(end);
        driver.elapsed(millis, start, end);
        DeviceRun event = new DeviceRun();
        event.batch = call.batch();
        event.deviceNanos = Math.round(millis.get(JAVA_FLOAT, 0) * 1e6);
        event.commit();
    }
}
