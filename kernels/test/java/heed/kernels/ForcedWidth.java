package heed.kernels;

import java.util.Arrays;
import java.util.Optional;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test class, with the reason, where `-Dheed.vectorBits` asks for wider vectors than the CPU has.
///
/// `HEED_REQUIRE=vector512` turns that into a failure, so that a green run proves which widths ran.
public final class ForcedWidth implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        int widest = VectorShape.preferredShape().vectorBitSize();
        int wanted = Integer.getInteger("heed.vectorBits", widest);
        if (wanted <= widest) {
            return ConditionEvaluationResult.enabled("vectors of " + wanted + " bits");
        }
        String reason = "this CPU has vectors of at most " + widest + " bits: heed.vectorBits=" + wanted;
        String required = Optional.ofNullable(System.getenv("HEED_REQUIRE")).orElse("");
        if (Arrays.asList(required.split(",")).contains("vector" + wanted)) {
            throw new AssertionError("vector" + wanted + " is required here (HEED_REQUIRE): " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
