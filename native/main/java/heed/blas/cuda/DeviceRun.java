package heed.blas.cuda;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// One run on a GPU, beside the `heed.Run` of its plan.
@Name("heed.DeviceRun")
@Label("Device Run")
@Category("Heed")
@Description("An attention run on a GPU, by the GPU's clock")
@StackTrace(false)
final class DeviceRun extends jdk.jfr.Event {
    private static final EventType TYPE = EventType.getEventType(DeviceRun.class);

    @Label("Sequences")
    int batch;

    @Label("Device Time")
    @Timespan(Timespan.NANOSECONDS)
    long deviceNanos;

    static boolean isRecorded() {
        return TYPE.isEnabled();
    }
}
