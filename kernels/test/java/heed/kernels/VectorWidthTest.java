package heed.kernels;

import heed.attention.AttentionBackend;
import heed.conformance.MaskContract;
import heed.conformance.MergeContract;
import heed.conformance.NonFiniteContract;
import heed.conformance.SizesContract;
import org.junit.jupiter.api.extension.ExtendWith;

/// The parts of the contract that meet other edges at other widths: sizes, masks, rows without keys, poisoned keys.
///
/// Runs with `-Dheed.vectorBits` and `-Dheed.vectorRegisters`, as the pom says; [VectorBackendTest] has it all.
@ExtendWith(ForcedWidth.class)
final class VectorWidthTest implements SizesContract, MaskContract, MergeContract, NonFiniteContract {
    @Override
    public AttentionBackend backend() {
        return new VectorBackend();
    }
}
