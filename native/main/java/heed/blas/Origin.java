package heed.blas;

import heed.blas.BlasLibrary.Missing;
import java.nio.file.Path;

/// Who asks for a library, for the sentence that says why it is missing.
///
/// @param subject what the sentence is about: a setting's name, or a few words
/// @param label the name of the value
/// @param hint what to do about it
record Origin(String subject, String label, String hint) {
    static final Origin SYSTEM =
            new Origin("a BLAS library of the system", "library", "repair or remove the package that it belongs to");

    static final Origin REPLACEMENT =
            new Origin("a library that replaces another", "library", "replace it by another file");

    /// @param name a property or variable that names libraries
    static Origin setting(String name, String otherwise) {
        return new Origin(name, name, "correct " + name + ", or unset it to use " + otherwise);
    }

    /// The library `path` that breaks a rule.
    Missing missing(String path, String rule) {
        return missing(path, rule, "");
    }

    Missing missing(String path, String rule, String furtherHint) {
        return new Missing(name(path), subject + " " + rule + ": " + label + "=" + path, hint + furtherHint);
    }

    /// What a library would probably be called, were it one.
    private static String name(String path) {
        String file = path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
        String kind = file.startsWith("libopenblas")
                ? "openblas"
                : file.startsWith("libblis") ? "blis" : file.startsWith("libmkl") ? "mkl" : "blas";
        return kind + "@" + file;
    }

    Missing missing(Path path, String rule) {
        return missing(path.toString(), rule);
    }
}
