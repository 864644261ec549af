package heed.bench;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/// A rule and classes that break it: one that finds nothing wrong with those would find nothing wrong with anything.
///
/// @param text the rule in a few words
/// @param check the rule
/// @param counterexample classes that break it
record Rule(String text, ArchRule check, List<Source> counterexample) {
    /// A public class.
    ///
    /// @param members what stands between its braces
    record Source(String inPackage, String name, String members) {
        String text() {
            return "package %s; public class %s { %s }".formatted(inPackage, name, members);
        }
    }

    static Rule of(String text, ArchRule check, Source... counterexample) {
        return new Rule(text, check, List.of(counterexample));
    }

    /// A class with `members` in `inPackage`, called as nothing of ours is.
    static Source sin(String inPackage, String members) {
        return new Source(inPackage, "Sin", members);
    }

    boolean isBrokenBy(JavaClasses classes) {
        return check.evaluate(classes).hasViolation();
    }

    @Override
    public String toString() {
        return text;
    }
}
