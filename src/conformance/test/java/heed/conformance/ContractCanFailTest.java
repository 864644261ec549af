package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionBackend;
import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.Tensor;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/// Wrong backends, each caught by the part of the contract that is about it.
final class ContractCanFailTest {
    @Test
    void causalOffByOne() {
        assertCaught(
                Mutants.ofSpec(spec -> spec.mask().equals(Mask.causal())
                        ? spec.toBuilder()
                                .mask(Mask.slidingWindow(Mask.UNBOUNDED, 1))
                                .build()
                        : spec),
                MaskContract::masksAndAlignments);
    }

    @Test
    void scaleSlightlyOff() {
        assertCaught(
                Mutants.ofSpec(spec -> scaled(spec, 1 + 0x1p-17)),
                contract -> contract.awkwardSizes().limit(20));
    }

    private static AttentionSpec scaled(AttentionSpec spec, double factor) {
        return spec.toBuilder().softmaxScale(factor * spec.softmaxScale()).build();
    }

    @Test
    void softcapDoubled() {
        assertCaught(
                Mutants.ofSpec(spec -> spec.softcap() == 0
                        ? spec
                        : spec.toBuilder().softcap(spec.softcap() * 2).build()),
                MaskContract::scoresAndSinks);
    }

    @Test
    void outputSlightlyOff() {
        assertCaught(
                onOutput(x -> x * (1 + 0x1p-19)),
                contract -> contract.awkwardSizes().limit(20));
    }

    @Test
    void doublesComputedInSingle() {
        assertCaught(
                Mutants.ofResult((call, _) -> {
                    if (call.output().type() == ElementType.F64) {
                        change(call.output(), x -> (float) x);
                    }
                }),
                contract -> contract.awkwardSizes().limit(20));
    }

    @Test
    void logSumExpInBits() {
        assertCaught(
                Mutants.ofResult((call, _) -> change(call.logSumExp(), x -> x / Math.log(2))),
                contract -> contract.awkwardSizes().limit(20));
    }

    @Test
    void threadsShow() {
        assertCaught(
                Mutants.ofResult((call, options) ->
                        change(call.output(), x -> options.threads() == 3 ? Math.nextUp((float) x) : x)),
                DeterminismContract::planSizesAndThreads);
    }

    @Test
    void neighboursShow() {
        assertCaught(
                Mutants.ofResult(
                        (call, _) -> change(call.output(), x -> call.batch() > 1 ? Math.nextUp((float) x) : x)),
                DeterminismContract::batchComposition);
    }

    @Test
    void pagesShow() {
        assertCaught(
                Mutants.ofSpec(spec -> spec.isPaged() ? scaled(spec, 1 + 0x1p-20) : spec),
                PagedContract::pagesChangeNoBit);
    }

    @Test
    void hiddenValueLeaks() {
        assertCaught(Mutants.ofResult((call, _) -> leak(call)), NonFiniteContract::poisonAtMaskEdges);
    }

    /// What `0 · NaN` does to a row that may not see the value.
    private static void leak(AttentionCall call) {
        Tensors.forEach(call.value().shape(), at -> {
            if (Double.isNaN(call.value().get(at))) {
                change(call.output(), _ -> Double.NaN);
            }
        });
    }

    /// A 16-bit result that is off by up to an ulp instead of half of one.
    @Test
    void halvesRoundedTwice() {
        assertCaught(
                Mutants.ofResult((call, _) -> {
                    if (call.output().type() == ElementType.BF16) {
                        change(call.output(), x -> x * (1 - 0x1p-8));
                    }
                }),
                typesOf("BF16/BF16/BF16"));
    }

    @Test
    void nibblesAreSwapped() {
        assertCaught(
                Mutants.ofArguments((call, arguments) -> {
                    if (call.value().type() == ElementType.INT4) {
                        Tensor swapped = Tensors.copy(call.value());
                        change(swapped, pair -> (int) pair % 16 * 16 + (int) pair / 16);
                        arguments.value(swapped);
                    }
                }),
                typesOf("INT4"));
    }

    @Test
    void scalesOfLaterGroupsAreIgnored() {
        assertCaught(
                Mutants.ofArguments((call, arguments) -> {
                    if (call.key().type() == ElementType.INT4) {
                        Tensor scale = Tensors.copy(call.keyScale());
                        Tensors.forEach(scale.shape(), at -> scale.set(scale.get(at[0], at[1], at[2], 0), at));
                        arguments.keyScale(scale);
                    }
                }),
                typesOf("INT4"));
    }

    /// What a kernel does that multiplies the whole of the last panel's weights, 0 past the last key, with what is
    /// there.
    @Test
    void garbageInTheLastPanelLeaks() {
        assertCaught(
                Mutants.ofResult((call, _) -> {
                    boolean garbage = call.key().rank() == 5 && Double.isNaN(last(call.key()));
                    change(call.output(), x -> garbage ? Double.NaN : x);
                }),
                typesOf("panels"));
    }

    private static double last(Tensor tensor) {
        int[] at = tensor.shape();
        java.util.Arrays.setAll(at, axis -> at[axis] - 1);
        return tensor.get(at);
    }

    @Test
    void panelsShow() {
        assertCaught(
                Mutants.ofResult((call, options) -> change(
                        call.output(), x -> call.key().rank() == 5 && options.threads() == 3 ? x * (1 + 0x1p-20) : x)),
                contract -> named("panels", contract.planSizesAndThreads()));
    }

    @Test
    void quantisedChunksShow() {
        assertCaught(
                Mutants.ofResult((call, _) -> change(
                        call.output(),
                        x -> call.key().type() == ElementType.INT8 && call.queryLen(0) == 16 ? x * (1 + 0x1p-20) : x)),
                contract -> named("INT8", contract.phasesUnderBitwiseDeterminism()));
    }

    @Test
    void writesBetweenItsElements() {
        assertCaught(
                Mutants.ofResult((call, _) -> {
                    Tensor output = call.output();
                    output.type().write(output.segment(), 0, 7);
                }),
                LayoutContract::layouts);
    }

    @Test
    void writesPastTheLengths() {
        assertCaught(
                Mutants.ofResult((call, _) -> change(call.output(), x -> Double.isNaN(x) ? 0 : x)),
                LengthsContract::paddedSequences);
    }

    @Test
    void allocates() {
        AttentionBackend mutant = Mutants.ofResult((_, _) -> {});
        AllocationContract contract = new AllocationContract() {
            @Override
            public AttentionBackend backend() {
                return mutant;
            }

            @Override
            public int warmUpSeconds() {
                return 0;
            }
        };
        assertTrue(contract.runsAllocateNothing().allMatch(ContractCanFailTest::fails));
    }

    private static AttentionBackend onOutput(DoubleUnaryOperator damage) {
        return Mutants.ofResult((call, _) -> change(call.output(), damage));
    }

    private static void change(Tensor tensor, DoubleUnaryOperator damage) {
        Tensors.forEach(tensor.shape(), at -> tensor.set(damage.applyAsDouble(tensor.get(at)), at));
    }

    private static Function<AttentionBackendContract, Stream<DynamicTest>> typesOf(String storage) {
        return contract -> named(storage, contract.typesAndLayouts());
    }

    /// Those of which the damage can be seen, to save the others' time.
    private static Stream<DynamicTest> named(String part, Stream<DynamicTest> tests) {
        return tests.filter(test -> test.getDisplayName().contains(part));
    }

    /// Fails unless one of the tests does.
    private static void assertCaught(
            AttentionBackend backend, Function<AttentionBackendContract, Stream<DynamicTest>> part) {
        AttentionBackendContract contract = () -> backend;
        assertTrue(part.apply(contract).anyMatch(ContractCanFailTest::fails), "no test noticed");
    }

    private static boolean fails(DynamicTest test) {
        try {
            test.getExecutable().execute();
            return false;
        } catch (AssertionFailedError _) {
            return true;
        } catch (Throwable other) {
            throw new IllegalStateException(test.getDisplayName(), other);
        }
    }
}
