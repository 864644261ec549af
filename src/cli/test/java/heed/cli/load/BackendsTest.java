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
import java.util.List;
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

    private void jar(String file, byte[] descriptor, String... others) throws IOException {
        try (var jar = new JarOutputStream(
                Files.newOutputStream(home.resolve("backends").resolve(file)))) {
            jar.putNextEntry(new JarEntry("module-info.class"));
            jar.write(descriptor);
            for (String other : others) {
                jar.putNextEntry(new JarEntry(other));
            }
        }
    }

    private void plugin(String module, String name, int rank) throws Exception {
        new PluginJar(home.resolve("sources")).write(home.resolve("backends/" + module + ".jar"), module, name, rank);
    }

    private List<String> names() {
        return Backends.load(Optional.of(home)).attention().stream()
                .map(AttentionBackend::name)
                .sorted()
                .toList();
    }

    private static byte[] module(String name, String... required) {
        return ClassFile.of().buildModule(ModuleAttribute.of(ModuleDesc.of(name), module -> {
            module.requires(ModuleDesc.of("java.base"), List.of(AccessFlag.MANDATED), null);
            for (String other : required) {
                module.requires(ModuleDesc.of(other), List.of(), null);
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
        assertEquals(List.of("onednn", "openblas", "vector"), names());
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
                        module -> module.requires(ModuleDesc.of("java.base"), List.of(AccessFlag.MANDATED), null)
                                .provides(
                                        ClassDesc.of(AttentionBackend.class.getName()),
                                        ClassDesc.of("empty.NoSuchBackend"))));
        jar("empty.jar", descriptor);
        assertTrue(names().contains("empty.jar"), names().toString());
    }

    /// A copy of the interface beside the backends would be what they implement, and nobody would ask for it.
    @Test
    void aModuleThatTheCoreHas() throws IOException {
        jar("copy.jar", module("java.logging"));
        assertEquals(new Unavailable("it holds module java.logging, which heed has", "remove it"), reason("copy.jar"));
    }

    @Test
    void onePackageInTwoJars() throws IOException {
        jar("a.jar", module("first"), "util/A.class");
        jar("b.jar", module("second"), "util/B.class");
        assertEquals("Package util is in a.jar and b.jar", reason("b.jar").reason());
    }

    @Test
    void onePackageInANeighbour() throws IOException {
        jar("a.jar", module("first", "third"));
        jar("b.jar", module("second"), "util/B.class");
        jar("c.jar", module("third"), "util/C.class");
        assertEquals("Package util is in b.jar and c.jar", reason("b.jar").reason());
    }

    @Test
    void aBackendOfItsOwn() throws Exception {
        plugin("first", "\"mine\"", 1);
        assertEquals("it is a test", reason("mine").reason());
    }

    @Test
    void aBackendThatThrowsWhenItIsAsked() throws Exception {
        plugin("first", "thrown()", 1);
        assertEquals(
                "first.Plugin does not load: java.lang.IllegalStateException: no name",
                reason("first.jar").reason());
    }

    @Test
    void aBackendWithoutAName() throws Exception {
        plugin("first", "null", 1);
        assertTrue(
                reason("first.jar").reason().endsWith("name()"),
                reason("first.jar").reason());
    }

    /// The one of higher rank keeps the name.
    @Test
    void twoBackendsOfOneName() throws Exception {
        plugin("first", "\"mine\"", 1);
        plugin("second", "\"mine\"", 2);
        assertEquals(
                new Unavailable("it brings a backend called mine, as second.jar does", "remove one"),
                reason("first.jar"));
        assertEquals(List.of("first.jar", "mine", "onednn", "openblas", "vector"), names());
    }
}
