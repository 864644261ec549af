package heed.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What may depend on what, and what no class of ours does. Here, because this module sees all others.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
    private JavaClasses heed;

    @BeforeAll
    void importOurs() {
        heed = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("/jmh_generated/"))
                .importPackages("heed");
    }

    static Stream<Rule> rules() {
        return Stream.concat(DependencyRules.all(), HabitRules.all());
    }

    @Test
    void everyModuleIsSeen() {
        for (String module :
                new String[] {"attention", "kernels", "blas", "model", "conformance", "studies", "cli", "bench"}) {
            String inside = "heed." + module + ".";
            assertTrue(heed.stream().anyMatch(type -> type.getName().startsWith(inside)), module);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(Rule rule) {
        rule.check().check(heed);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void canFail(Rule rule, @TempDir Path folder) {
        Compiled.into(folder, rule.counterexample());
        assertTrue(rule.isBrokenBy(new ClassFileImporter().importPath(folder)), "nothing breaks it");
    }
}
