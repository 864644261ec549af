package heed.cli.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionBackend;
import heed.attention.Availability.Unavailable;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ModuleDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Jars that do not resolve are named, with reason and hint, and harm no other.
final class BackendsTest {
    @TempDir
    Path home = Path.of("");

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectory(home.resolve("backends"));
    }

    private void jar(String file, byte[] descriptor) throws IOException {
        try (var jar = new JarOutputStream(
                Files.newOutputStream(home.resolve("backends").resolve(file)))) {
            jar.putNextEntry(new JarEntry("module-info.class"));
            jar.write(descriptor);
        }
    }

    private static byte[] module(String name, String... required) {
        return ClassFile.of().buildModule(ModuleAttribute.of(ModuleDesc.of(name), module -> {
            module.requires(ModuleDesc.of("java.base"), java.util.List.of(AccessFlag.MANDATED), null);
            for (String other : required) {
                module.requires(ModuleDesc.of(other), java.util.List.of(), null);
            }
        }));
    }

    private Unavailable reason(String name) {
        return Backends.load(Optional.of(home)).attention().stream()
                .filter(backend -> backend.name().equals(name))
                .map(AttentionBackend::availability)
                .map(Unavailable.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFileThatIsNoJar() throws IOException {
        Files.writeString(home.resolve("backends/torn.jar"), "not a jar");
        assertTrue(
                reason("torn.jar").reason().contains("zip"), reason("torn.jar").reason());
    }

    @Test
    void aDescriptorThatIsNone() throws IOException {
        jar("odd.jar", "not a class".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertEquals("replace the jar or remove it", reason("odd.jar").hint());
    }

    @Test
    void aMissingNeighbour() throws IOException {
        jar("lonely.jar", module("lonely", "far.away"));
        assertEquals(
                "Module far.away not found, required by lonely",
                reason("lonely.jar").reason());
        jar("far.jar", module("far.away"));
        var names = Backends.load(Optional.of(home)).attention().stream()
                .map(AttentionBackend::name)
                .toList();
        assertEquals(
                java.util.List.of("onednn", "openblas", "vector"),
                names.stream().sorted().toList());
    }

    @Test
    void anExpectedJarThatDoesNotLoadIsToldUnderItsBackendsName() throws IOException {
        jar("heed-kernels-1.jar", module("heed.kernels", "far.away"));
        jar("heed-blas-1.jar", module("heed.blas", "heed.kernels"));
        assertTrue(
                reason("vector").reason().startsWith("heed-kernels-1.jar: "),
                reason("vector").reason());
        assertTrue(
                reason("openblas").reason().startsWith("heed-blas-1.jar: "),
                reason("openblas").reason());
    }

    @Test
    void twoJarsOfOneModule() throws IOException {
        jar("a.jar", module("twin"));
        jar("b.jar", module("twin"));
        assertEquals("it holds module twin, as a.jar does", reason("b.jar").reason());
    }

    @Test
    void aProviderThatIsNotThere() throws IOException {
        byte[] descriptor = ClassFile.of()
                .buildModule(ModuleAttribute.of(
                        ModuleDesc.of("empty"),
                        module -> module.requires(
                                        ModuleDesc.of("java.base"), java.util.List.of(AccessFlag.MANDATED), null)
                                .provides(
                                        ClassDesc.of(AttentionBackend.class.getName()),
                                        ClassDesc.of("empty.NoSuchBackend"))));
        jar("empty.jar", descriptor);
        var names = Backends.load(Optional.of(home)).attention().stream()
                .map(AttentionBackend::name)
                .toList();
        assertTrue(names.contains("empty.jar"), names.toString());
    }
}
