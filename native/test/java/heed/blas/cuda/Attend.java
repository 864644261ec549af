package heed.blas.cuda;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/// One small attention call whose result tests compare by bits.
///
/// @param spec with or without a mask tensor of each kind
record Attend(AttentionSpec spec, int queryLen, int kvLen, Tensor query, Tensor key, Tensor value) {
    static Attend random(AttentionSpec spec, int queryLen, int kvLen) {
        Random random = new Random(7);
        return new Attend(
                spec,
                queryLen,
                kvLen,
                normal(random, spec.queryType(), 1, spec.queryHeads(), queryLen, spec.headDim()),
                normal(random, spec.kvType(), 1, spec.kvHeads(), kvLen, spec.headDim()),
                normal(random, spec.kvType(), 1, spec.kvHeads(), kvLen, spec.valueDim()));
    }

    /// Grouped heads, both kinds of mask tensors, more than one block of keys.
    static Attend withEverything() {
        AttentionSpec spec = AttentionSpec.builder(4, 16)
                .kvHeads(2)
                .mask(Mask.causal().and(Mask.booleanTensor()).and(Mask.additiveTensor()))
                .sink()
                .softcap(20)
                .logSumExp()
                .build();
        return random(spec, 5, 700);
    }

    AttentionSizes sizes() {
        return new AttentionSizes(1, queryLen, kvLen);
    }

    AttentionPlan plan(AttentionBackend backend) {
        return backend.plan(spec, sizes(), PlanOptions.DEFAULT);
    }

    /// Plans, runs once and returns the output's elements.
    double[] run(AttentionBackend backend) {
        try (AttentionPlan plan = plan(backend)) {
            return run(plan);
        }
    }

    double[] run(AttentionPlan plan) {
        Tensor output = zeros(spec.outputType(), 1, spec.queryHeads(), queryLen, spec.valueDim());
        plan.run(arguments(output));
        return elements(output);
    }

    AttentionArguments arguments(Tensor output) {
        AttentionArguments arguments =
                new AttentionArguments().query(query).key(key).value(value).output(output);
        if (spec.hasLogSumExp()) {
            arguments.logSumExp(zeros(ElementType.F32, 1, spec.queryHeads(), queryLen));
        }
        if (spec.sink()) {
            arguments.sink(normal(new Random(8), ElementType.F32, spec.queryHeads()));
        }
        if (spec.mask().has(Mask.BooleanTensor.class)) {
            Tensor mask = zeros(ElementType.BOOL, queryLen, kvLen);
            for (int j = 0; j < kvLen; j++) {
                mask.set(j % 3 == 0 ? 0 : 1, j % queryLen, j);
            }
            arguments.mask(mask);
        }
        if (spec.mask().has(Mask.AdditiveTensor.class)) {
            arguments.bias(normal(new Random(9), ElementType.F32, spec.queryHeads(), 1, kvLen));
        }
        return arguments;
    }

    Attend with(Tensor keys, Tensor values) {
        return new Attend(spec, queryLen, kvLen, query, keys, values);
    }

    static Tensor zeros(ElementType type, int... shape) {
        int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return Tensor.of(java.lang.foreign.Arena.ofAuto().allocate((long) count * type.bytes(), 8), type, shape);
    }

    private static Tensor normal(Random random, ElementType type, int... shape) {
        Tensor tensor = zeros(type, shape);
        MemorySegment segment = tensor.segment();
        for (long at = 0; at < segment.byteSize(); at += type.bytes()) {
            type.write(segment, at, random.nextGaussian());
        }
        return tensor;
    }

    private static double[] elements(Tensor tensor) {
        int bytes = tensor.type().bytes();
        double[] elements = new double[(int) (tensor.segment().byteSize() / bytes)];
        Arrays.setAll(elements, n -> tensor.type().read(tensor.segment(), (long) n * bytes));
        return elements;
    }
}
