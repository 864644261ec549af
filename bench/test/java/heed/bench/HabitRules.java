package heed.bench;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static heed.bench.Rule.sin;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

/// What no class of ours does, wherever it is.
final class HabitRules {
    private static final Set<String> PARALLEL =
            Set.of("parallelStream", "parallelSort", "parallelPrefix", "parallelSetAll", "parallel", "commonPool");

    private HabitRules() {}

    static Stream<Rule> all() {
        return Stream.of(
                Rule.of(
                        "no static field changes",
                        fields().that().areStatic().should().beFinal(),
                        sin("heed.attention", "static int count;")),
                Rule.of(
                        "threads are the caller's or the backend's, never the common pool",
                        noClasses().should().accessTargetWhere(usesCommonPool()),
                        sin("heed.model", "long n = java.util.List.of().parallelStream().count();")),
                Rule.of(
                        "no asynchronous stage without an executor",
                        noClasses().should().accessTargetWhere(isAsyncWithoutExecutor()),
                        sin("heed.model", "Object o = java.util.concurrent.CompletableFuture.runAsync(() -> {});")),
                Rule.of(
                        "only the command, benchmarks and the process that tries a library print",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages("heed.cli..", "heed.bench..", "heed.blas.bindings..")
                                .and()
                                .doNotHaveFullyQualifiedName("heed.blas.TrialMain")
                                .should(ACCESS_STANDARD_STREAMS),
                        sin("heed.kernels", "void print() { System.out.println(); }")),
                Rule.of(
                        "no finalizers",
                        noMethods()
                                .that()
                                .haveRawParameterTypes(new Class<?>[0])
                                .should()
                                .haveName("finalize"),
                        sin("heed.blas", "protected void finalize() {}")));
    }

    private static DescribedPredicate<JavaAccess<?>> usesCommonPool() {
        return describe(
                "uses the common pool",
                access -> PARALLEL.contains(access.getTarget().getName())
                        && (access.getTargetOwner().isAssignableTo(BaseStream.class)
                                || access.getTargetOwner().isAssignableTo(java.util.Collection.class)
                                || access.getTargetOwner().isEquivalentTo(java.util.Arrays.class)
                                || access.getTargetOwner().isEquivalentTo(ForkJoinPool.class)));
    }

    private static DescribedPredicate<JavaAccess<?>> isAsyncWithoutExecutor() {
        return describe(
                "is asynchronous without an executor",
                access -> access.getTargetOwner().isAssignableTo(CompletionStage.class)
                        && access.getTarget().getName().endsWith("Async")
                        && access.getTarget() instanceof CodeUnitAccessTarget target
                        && target.getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(Executor.class)));
    }
}
