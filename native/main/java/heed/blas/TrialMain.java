package heed.blas;

import java.nio.file.Path;
import java.util.Optional;

/// The process of [LibraryTrial]: opens a library and multiplies with it, and says before each step what it is
/// about to do, so that its end tells what ended it. It knows the JDK alone, so that a class path of one jar
/// starts it.
final class TrialMain {
    /// What begins the lines that are meant for [LibraryTrial]; libraries print lines of their own.
    static final String MARK = "heed-trial ";

    /// What a library is to do.
    enum Task {
        OPEN(".opens-", "must open"),
        MULTIPLY(".multiplies-", "must open and multiply");

        private final String mark;
        private final String rule;

        Task(String mark, String rule) {
            this.mark = mark;
            this.rule = rule;
        }

        /// What the name of a mark of having done it has before the processor.
        String mark() {
            return mark;
        }

        /// The rule that it does it.
        String rule() {
            return rule;
        }
    }

    private TrialMain() {}

    /// @param arguments the [Task], then paths of libraries to open, the one that is tried last
    public static void main(String[] arguments) {
        try {
            tryOut(arguments);
        } catch (RuntimeException | Error failure) { // ours, not the library's
            say("failed " + failure);
        }
        // A library's exit handlers are its own affair: what it did is known.
        Runtime.getRuntime().halt(0);
    }

    private static void tryOut(String[] arguments) {
        say("opening");
        int last = arguments.length - 1;
        for (int n = 1; n < last; n++) {
            NativeLibrary.open(Path.of(arguments[n]));
        }
        Path library = Path.of(arguments[last]);
        switch (NativeLibrary.open(library)) {
            case NativeLibrary.Unopened(var _, var reason) -> say("unopened " + reason);
            case NativeLibrary.Opened opened ->
                say(
                        switch (Task.valueOf(arguments[0])) {
                            case OPEN -> "good";
                            case MULTIPLY -> multiplied(library, opened);
                        });
        }
    }

    private static String multiplied(Path library, NativeLibrary.Opened opened) {
        Optional<String> missing = CblasAddresses.missing(opened.symbols());
        if (missing.isPresent()) {
            return "broken " + missing.get();
        }
        say("asking");
        BlasIdentity.of(Cblas.of(opened, library), opened.symbols(), "0".repeat(64));
        say("measuring");
        if (!Platform.current().isMac() && IntegerWidth.of(opened.symbols().findOrThrow("cblas_sgemm")) == 64) {
            return "broken " + BlasIdentity.WRONG_INTEGERS;
        }
        say("multiplying");
        return new ProductCheck(Cblas.of(opened, library))
                .wrong()
                .map(wrong -> "broken must multiply rightly, and its " + wrong)
                .orElse("good");
    }

    private static void say(String step) {
        System.out.println(MARK + step);
        System.out.flush();
    }
}
