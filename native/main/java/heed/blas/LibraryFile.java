package heed.blas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// What can be said against a file before it is opened as a BLAS library.
final class LibraryFile {
    /// Libraries that others put a front before, `libblas.so.3` of many systems for one. The loader gives a front
    /// whichever library of this name is open already, so what it would compute with is anybody's guess.
    private static final Pattern BEHIND_A_FRONT = Pattern.compile("lib(openblas|blis|mkl_rt)[^/]*\\.so.*");

    private LibraryFile() {}

    /// The rule that `file` breaks, if it breaks one.
    static Optional<String> obstacle(Path file, Platform platform) {
        if (!Files.isRegularFile(file)) {
            return Optional.of("must be the path of an existing file");
        }
        Optional<ElfFile> elf;
        try {
            elf = ElfFile.read(file);
        } catch (IOException unreadable) {
            return Optional.of("must be a file that can be read (" + unreadable.getMessage() + ")");
        }
        if (elf.isEmpty()) {
            return platform.elfMachine().isPresent() ? refused(file) : Optional.empty();
        }
        int machine = elf.get().machine();
        if (platform.elfMachine().isPresent() && platform.elfMachine().getAsInt() != machine) {
            return Optional.of("must be a library for this processor (" + platform.processor() + "), and it is one for "
                    + processor(machine));
        }
        if (elf.get().isTruncated()) {
            return Optional.of("must be a whole library, but the file is cut short");
        }
        return Optional.empty();
    }

    /// The loader's words on what is no library of this kind of system, asked in place since it will not be mapped.
    private static Optional<String> refused(Path file) {
        return switch (NativeLibrary.open(file)) {
            case NativeLibrary.Unopened(var _, var reason) -> Optional.of("must open (" + reason + ")");
            case NativeLibrary.Opened opened -> {
                opened.close();
                yield Optional.empty();
            }
        };
    }

    /// The library that `file` is a front of, if it is one.
    static Optional<String> behind(Path file) throws IOException {
        return ElfFile.read(file).stream()
                .flatMap(elf -> elf.needed().stream())
                .filter(name -> BEHIND_A_FRONT.matcher(name).matches())
                .findFirst();
    }

    private static String processor(int machine) {
        return switch (machine) {
            case 3 -> "i386";
            case 21 -> "ppc64";
            case 22 -> "s390x";
            case 40 -> "arm";
            case 62 -> "x86_64";
            case 183 -> "aarch64";
            case 243 -> "riscv";
            default -> "e_machine=" + machine;
        };
    }
}
