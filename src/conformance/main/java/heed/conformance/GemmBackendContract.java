package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.ElementType;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Everything a GEMM backend must do, as tests: implement [#gemm] and inherit the rest.
///
/// Results are held against sums in double, allowed what a sum of `k` products in the element type may err, see
/// [Product#allowed].
public interface GemmBackendContract {
    /// The backend under test.
    GemmBackend gemm();

    /// The backend, if it can run here; else the test is skipped, or fails under `HEED_REQUIRE`.
    default GemmBackend availableGemm() {
        GemmBackend backend = gemm();
        Requirements.available(backend.name(), backend.availability());
        return backend;
    }

    /// Sizes that meet no tile, 0 among them, in both types.
    @TestFactory
    default Stream<DynamicTest> awkwardProducts() {
        int[] sizes = {0, 1, 2, 7, 16, 17, 33, 64, 100};
        return IntStream.range(0, sizes.length * sizes.length)
                .boxed()
                .flatMap(n -> Stream.of(ElementType.F32, ElementType.F64).map(type -> {
                    int k = sizes[n % sizes.length];
                    int columns = sizes[n / sizes.length];
                    int m = sizes[(n + n / sizes.length) % sizes.length];
                    return DynamicTest.dynamicTest(
                            "%dx%dx%d %s".formatted(m, k, columns, type),
                            () -> Product.random(type, m, k, columns, n).check(availableGemm(), 1, 0));
                }));
    }

    /// Factors; with `beta` 0 the old `c` is not read, be it NaN.
    @TestFactory
    default Stream<DynamicTest> factors() {
        return Stream.of(0.0, 1.0, -2.5)
                .flatMap(alpha -> Stream.of(0.0, 1.0, 0.75)
                        .map(beta -> DynamicTest.dynamicTest("alpha=" + alpha + " beta=" + beta, () -> {
                            Product product = Product.random(ElementType.F32, 9, 20, 33, 201);
                            if (beta == 0) {
                                Tensors.fill(product.c(), Double.NaN);
                            }
                            product.check(availableGemm(), alpha, beta);
                        })));
    }

    /// Transposed and gapped matrices, on the heap and off it.
    @TestFactory
    default Stream<DynamicTest> strides() {
        return IntStream.range(0, 16).mapToObj(bits -> {
            String name = "a%s b%s c%s %s"
                    .formatted(
                            (bits & 1) == 0 ? "" : "ᵀ",
                            (bits & 2) == 0 ? "" : "ᵀ",
                            (bits & 4) == 0 ? "" : "ᵀ",
                            (bits & 8) == 0 ? "heap" : "native");
            return DynamicTest.dynamicTest(name, () -> {
                Placement.Memory memory = (bits & 8) == 0 ? Placement.Memory.HEAP : Placement.Memory.NATIVE;
                Product product = Product.random(ElementType.F32, 9, 20, 34, 202);
                Placement c = Product.placed(product.c(), (bits & 4) != 0, memory);
                new Product(
                                Product.matrix(Product.placed(product.a(), (bits & 1) != 0, memory)),
                                Product.matrix(Product.placed(product.b(), (bits & 2) != 0, memory)),
                                Product.matrix(c))
                        .check(availableGemm(), 1, 0.5);
                c.assertGapsUntouched();
            });
        });
    }

    /// NaN and infinities of `a` and `b` come through.
    @Test
    default void nonFiniteElements() {
        Product product = Product.random(ElementType.F32, 5, 20, 18, 203);
        product.a().set(Double.NaN, 1, 2);
        product.a().set(Double.POSITIVE_INFINITY, 2, 3);
        product.b().set(Double.NEGATIVE_INFINITY, 4, 5);
        product.check(availableGemm(), 1, 0);
    }

    /// One plan for several row counts, again, and whatever the number of threads: the same bits.
    @Test
    default void plansAreReusable() {
        Product product = Product.random(ElementType.F32, 70, 40, 50, 204);
        Tensor first = product.run(availableGemm(), PlanOptions.DEFAULT.withThreads(1));
        for (int threads : new int[] {1, 2, 3}) {
            try (GemmPlan plan = availableGemm().plan(product.b(), 100, PlanOptions.DEFAULT.withThreads(threads))) {
                Tensor few = Tensors.filled(Double.NaN, ElementType.F32, 3, 50);
                plan.run(product.a().slice(0, 0, 3), few);
                Tensor all = Tensors.filled(Double.NaN, ElementType.F32, 70, 50);
                plan.run(product.a(), all);
                Tensors.assertSameBits(first, all, threads + " threads");
            }
        }
    }

    /// Several threads on one plan.
    @Test
    default void concurrentProducts() throws Exception {
        Product product = Product.random(ElementType.F32, 30, 40, 50, 205);
        Tensor expected = product.run(availableGemm(), PlanOptions.DEFAULT);
        try (GemmPlan plan = availableGemm().plan(product.b(), 30, PlanOptions.DEFAULT);
                ExecutorService callers = Executors.newFixedThreadPool(4)) {
            List<Future<Tensor>> results = new ArrayList<>();
            for (int n = 0; n < 12; n++) {
                results.add(callers.submit(() -> {
                    Tensor c = Tensors.filled(Double.NaN, ElementType.F32, 30, 50);
                    plan.run(product.a(), c);
                    return c;
                }));
            }
            for (Future<Tensor> result : results) {
                Tensors.assertSameBits(expected, result.get(), "concurrent product");
            }
        }
    }

    /// Memory confined to the caller.
    @Test
    default void confinedArena() {
        Product product = Product.random(ElementType.F32, 30, 40, 50, 206);
        Tensor expected = product.run(availableGemm(), PlanOptions.DEFAULT.withThreads(4));
        try (Arena arena = Arena.ofConfined()) {
            Tensor a = Tensor.of(arena.allocate(30 * 40 * 4, 64), ElementType.F32, 30, 40);
            Tensors.forEach(a.shape(), at -> a.set(product.a().get(at), at));
            Tensor c = Tensor.of(arena.allocate(30 * 50 * 4, 64), ElementType.F32, 30, 50);
            try (GemmPlan plan = availableGemm().plan(product.b(), 30, PlanOptions.DEFAULT.withThreads(4))) {
                plan.run(a, c);
            }
            Tensors.assertSameBits(expected, c, "confined memory");
        }
    }

    /// A fixed matrix of any type but f32 and f64 is refused when planned.
    @TestFactory
    default Stream<DynamicTest> otherTypes() {
        return Stream.of(ElementType.BOOL, ElementType.F16, ElementType.BF16, ElementType.INT8, ElementType.INT4)
                .map(type -> DynamicTest.dynamicTest(
                        type.name(),
                        () -> assertThrows(
                                IllegalArgumentException.class,
                                () -> availableGemm()
                                        .plan(Tensors.zeros(type, 20, 33), 9, PlanOptions.DEFAULT)
                                        .close())));
    }

    /// What is no product is refused, and `c` is left alone.
    @TestFactory
    default Stream<DynamicTest> refusals() {
        Tensor vector = Tensors.zeros(ElementType.F32, 20);
        return Stream.of(
                refused("a of one axis", p -> new Product(vector, p.b(), p.c())),
                refused("a of another depth", p -> new Product(zeros(9, 21), p.b(), p.c())),
                refused("a of too many rows", p -> new Product(zeros(10, 20), p.b(), zeros(10, 33))),
                refused("c of other columns", p -> new Product(p.a(), p.b(), zeros(9, 32))),
                refused("a in f64", p -> new Product(Tensors.zeros(ElementType.F64, 9, 20), p.b(), p.c())),
                refused(
                        "c read-only",
                        p -> new Product(
                                p.a(), p.b(), Tensor.of(p.c().segment().asReadOnly(), ElementType.F32, 9, 33))),
                refused(
                        "c in the memory of b",
                        p -> new Product(p.a(), p.b(), Tensor.of(p.b().segment(), ElementType.F32, 9, 33))),
                refused(
                        "c that overlaps itself",
                        p -> new Product(
                                p.a(),
                                p.b(),
                                Tensor.strided(
                                        p.c().segment(), ElementType.F32, 0, new int[] {9, 33}, new long[] {0, 4}))));
    }

    /// A fixed matrix that is none is refused when planning.
    @Test
    default void wrongFixedMatrix() {
        GemmBackend backend = availableGemm();
        for (Tensor b : List.of(Tensors.zeros(ElementType.BOOL, 3, 3), zeros(3), zeros(3, 3, 3))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> backend.plan(b, 3, PlanOptions.DEFAULT).close());
        }
    }

    /// A closed plan says so, and closing it again does nothing.
    @Test
    default void closedPlan() {
        Product product = Product.random(ElementType.F32, 9, 20, 33, 207);
        GemmPlan plan = availableGemm().plan(product.b(), 9, PlanOptions.DEFAULT);
        plan.close();
        plan.close();
        assertThrows(IllegalStateException.class, () -> plan.run(product.a(), product.c()));
    }

    private DynamicTest refused(String what, java.util.function.UnaryOperator<Product> spoil) {
        return DynamicTest.dynamicTest(what, () -> {
            Product right = Product.random(ElementType.F32, 9, 20, 33, 208);
            Tensor before = Tensors.copy(right.c());
            Product wrong = spoil.apply(right);
            try (GemmPlan plan = availableGemm().plan(right.b(), 9, PlanOptions.DEFAULT)) {
                String message = String.valueOf(
                        assertThrows(IllegalArgumentException.class, () -> plan.run(wrong.a(), wrong.c()))
                                .getMessage());
                assertTrue(message.lines().count() == 1, () -> "a refusal is one line: " + message);
            }
            Tensors.assertSameBits(before, right.c(), "a refused product wrote");
        });
    }

    private static Tensor zeros(int... shape) {
        return Tensors.zeros(ElementType.F32, shape);
    }
}
