package heed.bench;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static heed.bench.Rule.sin;

import com.tngtech.archunit.lang.ArchRule;
import heed.bench.Rule.Source;
import java.util.stream.Stream;

/// Which package may know which.
///
/// Module descriptors refuse most of this already; not what happens inside a module, and not for long once somebody
/// adds a `requires`.
final class DependencyRules {
    private static final String[] JDK = {"java..", "org.jspecify.annotations"};

    private DependencyRules() {}

    static Stream<Rule> all() {
        return Stream.concat(modules(), cycles());
    }

    private static Stream<Rule> modules() {
        return Stream.of(
                Rule.of(
                        "attention knows the JDK only",
                        only("heed.attention..", "jdk.jfr.."),
                        sin("heed.attention", "jdk.incubator.vector.FloatVector v;")),
                Rule.of(
                        "the reference backend is reached as a service",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage("heed.attention.reference..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("heed.attention.reference.."),
                        sin("heed.cli", "heed.attention.reference.ReferenceBackend b;")),
                Rule.of(
                        "microkernels know primitives, segments and vectors, no attention",
                        only("heed.kernels.tile..", "jdk.incubator.vector.."),
                        sin("heed.kernels.tile", "heed.attention.Mask m;")),
                Rule.of(
                        "kernels know attention, the Vector API and the JVM's options",
                        only("heed.kernels..", "heed.attention..", "jdk.incubator.vector..", "com.sun.management.."),
                        sin("heed.kernels", "heed.blas.BlasSource b;")),
                Rule.of(
                        "blas knows attention, recordings and, of kernels, the fused loops, loops over rows and the worker pool",
                        only(
                                "heed.blas..",
                                "heed.attention..",
                                "heed.kernels.fused..",
                                "heed.kernels.machine..",
                                "heed.kernels.tile..",
                                "heed.kernels.work..",
                                "jdk.jfr.."),
                        sin("heed.blas", "heed.kernels.VectorBackend b;")),
                Rule.of(
                        "generated bindings are blas's own",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage("heed.blas..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("heed.blas.bindings.."),
                        sin("heed.kernels", "heed.blas.bindings.OpenBlas b;")),
                Rule.of(
                        "generated bindings know the JDK only",
                        only("heed.blas.bindings.."),
                        sin("heed.blas.bindings", "heed.attention.Tensor t;")),
                Rule.of(
                        "models know attention, and no backend",
                        ofOurs("heed.model..", "heed.attention.."),
                        sin("heed.model", "heed.kernels.VectorBackend b;")),
                Rule.of(
                        "conformance knows attention",
                        ofOurs("heed.conformance..", "heed.attention.."),
                        sin("heed.conformance", "heed.model.MiniLm m;")),
                Rule.of(
                        "studies know attention and models, and no backend",
                        ofOurs("heed.studies..", "heed.attention..", "heed.model.."),
                        sin("heed.studies", "heed.kernels.VectorBackend b;")),
                Rule.of(
                        "the command knows the core, and no backend",
                        ofOurs(
                                "heed.cli..",
                                "heed.attention..",
                                "heed.conformance..",
                                "heed.model..",
                                "heed.studies.."),
                        sin("heed.cli", "heed.kernels.VectorBackend b;")));
    }

    private static Stream<Rule> cycles() {
        return Stream.of(
                Rule.of(
                        "no cycle between modules",
                        slices().matching("heed.(*)..").should().beFreeOfCycles(),
                        new Source("heed.one", "One", "heed.two.Two two;"),
                        new Source("heed.two", "Two", "heed.one.One one;")),
                Rule.of(
                        "no cycle between packages",
                        slices().matching("heed.(**)").should().beFreeOfCycles(),
                        new Source("heed.one", "One", "heed.one.inner.Inner inner;"),
                        new Source("heed.one.inner", "Inner", "heed.one.One one;")));
    }

    /// Classes of `from` depend on `from`, the JDK and `to`, and on nothing else.
    private static ArchRule only(String from, String... to) {
        return classes()
                .that()
                .resideInAPackage(from)
                .should()
                .onlyDependOnClassesThat(
                        resideInAPackage(from).or(resideInAnyPackage(JDK)).or(resideInAnyPackage(to)));
    }

    /// Of our packages, classes of `from` depend on `from` and `to` only; libraries are the module's own affair.
    private static ArchRule ofOurs(String from, String... to) {
        return classes()
                .that()
                .resideInAPackage(from)
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage("heed.."))
                        .or(resideInAPackage(from))
                        .or(resideInAnyPackage(to)));
    }
}
