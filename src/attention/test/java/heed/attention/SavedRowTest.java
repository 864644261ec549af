package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.SelfCheck.Policy;
import heed.attention.reference.ReferenceBackend;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Wrong rows as files: what they are computed again by, and what is none.
final class SavedRowTest {
    private static final AttentionSpec SPEC =
            AttentionSpec.builder(1, 4).mask(Mask.causal()).build();
    private static final AttentionSizes SIZES = new AttentionSizes(1, 1, 3);

    @TempDir
    Path folder = Path.of("");

    private final Tensor key = Tensor.of(new float[] {1, 2, 3, 4, -1, 0, 1, 0, 0.5f, 0.25f, 2, 1}, 1, 1, 3, 4);

    private AttentionArguments arguments() {
        return new AttentionArguments()
                .query(Tensor.of(new float[] {1, 0, -1, 0.5f}, 1, 1, 1, 4))
                .key(key)
                .value(Tensor.of(new float[] {4, 3, 2, 1, 0, 1, 0, 1, 1, 1, 1, 1}, 1, 1, 3, 4))
                .output(Tensor.of(new float[4], 1, 1, 1, 4));
    }

    private Mismatch found(SelfCheck check) {
        Attention attention = Attention.of(List.of(WrongBackend.at(0, 0, 0, 1), new ReferenceBackend()))
                .selfCheck(check);
        try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
            Mismatch mismatch = assertThrows(SelfCheckException.class, () -> plan.run(arguments()))
                    .mismatch();
            assertEquals(
                    check.policy() == Policy.QUARANTINE ? Set.of("wrong") : Set.of(),
                    attention.quarantined().keySet());
            return mismatch;
        }
    }

    private Path saved() {
        return found(SelfCheck.everyRow().withPolicy(Policy.THROW).savingTo(folder.resolve("rows")))
                .saved()
                .orElseThrow();
    }

    @Test
    void theOwnerAloneMayReadIt() throws IOException {
        Path file = saved();
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            assertEquals(
                    "rw-------",
                    java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
    }

    /// As infinities of the inputs make it: the key is there, and weighs nothing.
    @Test
    void aScoreOfMinusInfinityIsReplayed() throws IOException {
        key.set(Double.NEGATIVE_INFINITY, 0, 0, 1, 0);
        SelfCheck.Replay replay = SelfCheck.replay(saved(), new ReferenceBackend());
        assertTrue(replay.wasWrong());
        assertFalse(replay.isWrong());
    }

    @Test
    void aBackendOf16BitsIsGivenThem() throws IOException {
        AttentionBackend narrow = new Narrow();
        SelfCheck.Replay replay = SelfCheck.replay(saved(), narrow);
        assertFalse(replay.isWrong());
    }

    /// The reference, of bf16 operands alone.
    private record Narrow() implements AttentionBackend {
        @Override
        public String name() {
            return "narrow";
        }

        @Override
        public int rank() {
            return 1;
        }

        @Override
        public Availability availability() {
            return new ReferenceBackend().availability();
        }

        @Override
        public Support support(AttentionSpec spec) {
            return new Support.Check()
                    .require(spec.queryType() == ElementType.BF16, "queryType", spec.queryType(), "BF16")
                    .require(spec.kvType() == ElementType.BF16, "kvType", spec.kvType(), "BF16")
                    .result();
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            assertEquals(new Support.Supported(), support(spec));
            return new ReferenceBackend().plan(spec, sizes, options);
        }
    }

    /// A directory whose file system is gone throws no [IOException].
    @Test
    void aRowThatCannotBeSavedIsFollowedAllTheSame() throws IOException {
        Path gone;
        URI archive = URI.create("jar:" + folder.resolve("rows.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            gone = zip.getPath("/rows");
        }
        assertTrue(found(SelfCheck.everyRow().savingTo(gone)).saved().isEmpty());
    }

    @Test
    void fewAreSaved() throws IOException {
        SelfCheck check = SelfCheck.everyRow().withPolicy(Policy.REPORT).savingTo(folder.resolve("rows"));
        Attention attention = Attention.of(List.of(WrongBackend.at(0, 0, 0, 1))).selfCheck(check);
        try (AttentionPlan plan = attention.plan(SPEC, SIZES)) {
            for (int run = 0; run < 20; run++) {
                plan.run(arguments());
            }
        }
        try (Stream<Path> files = Files.list(folder.resolve("rows"))) {
            assertEquals(16, files.count());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2147483647, 1, 0",
        "1, 2147483647, 0",
        "1, 1, 2147483647",
        "65536, 65536, 65536",
        "0, 1, 1",
        "-1, 1, 1",
        "1, 1, -1",
        "2, 2, 2"
    })
    void forgedSizes(int dim, int valueDim, int kvLen) throws IOException {
        Path file = folder.resolve("forged");
        try (var out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeLong(0x48656564526f7731L);
            out.writeUTF("forged");
            out.writeInt(dim);
            out.writeInt(valueDim);
            out.writeInt(kvLen);
            out.writeDouble(1);
            out.writeDouble(1);
        }
        var refused =
                assertThrows(IllegalArgumentException.class, () -> SelfCheck.replay(file, new ReferenceBackend()));
        assertEquals("a saved row must hold what its sizes say: " + file, refused.getMessage());
    }

    @Test
    void cutAnywhere() throws IOException {
        Path file = saved();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 5) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThrows(IllegalArgumentException.class, () -> SelfCheck.replay(file, new ReferenceBackend()));
        }
    }

    @Test
    void anotherFile() throws IOException {
        Path file = Files.writeString(folder.resolve("text"), "no row at all");
        var refused =
                assertThrows(IllegalArgumentException.class, () -> SelfCheck.replay(file, new ReferenceBackend()));
        assertEquals("a saved row must begin with HeedRow1: " + file, refused.getMessage());
    }
}
