package heed.attention.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpyFileTest {
    @TempDir
    Path folder = Path.of("");

    private Path file() {
        return folder.resolve("a.npy");
    }

    private void write(int version, String header, byte... data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        bytes.write(text.length);
        bytes.write(text.length >> 8);
        if (version > 1) {
            bytes.write(0);
            bytes.write(0);
        }
        bytes.writeBytes(text);
        bytes.writeBytes(data);
        Files.write(file(), bytes.toByteArray());
    }

    private static String header(String descr, String shape) {
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    }

    private String refusal() {
        try (Arena arena = Arena.ofConfined()) {
            String message =
                    String.valueOf(assertThrows(IllegalArgumentException.class, () -> NpyFile.read(file(), arena))
                            .getMessage());
            assertEquals(1, message.lines().count(), message);
            assertTrue(message.startsWith(file() + ": "), message);
            return message.substring((file() + ": ").length());
        }
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void whatIsWrittenIsRead(ElementType type) throws IOException {
        Tensor tensor = Tensor.of(Arena.ofAuto().allocate(24L * type.bytes(), 8), type, 2, 3, 4);
        for (int n = 0; n < 24; n++) {
            tensor.set(n % 5 - 1, n / 12, n / 4 % 3, n % 4);
        }
        Tensor permuted = tensor.permute(2, 0, 1).slice(1, 1, 2);
        NpyFile.write(file(), permuted);
        try (Arena arena = Arena.ofConfined()) {
            NpyFile npy = NpyFile.read(file(), arena);
            assertArrayEquals(new int[] {4, 1, 3}, npy.shape());
            assertTrue(npy.data().isReadOnly());
            for (int n = 0; n < 12; n++) {
                assertEquals(permuted.get(n / 3, 0, n % 3), npy.tensor(type).get(n / 3, 0, n % 3));
            }
        }
    }

    @Test
    void typesWithoutANameMustBeNamed() throws IOException {
        NpyFile.write(file(), Tensor.of(MemorySegment.ofArray(new short[] {0x3f80}), ElementType.BF16, 1));
        try (Arena arena = Arena.ofConfined()) {
            NpyFile npy = NpyFile.read(file(), arena);
            assertEquals(1, npy.tensor(ElementType.BF16).get(0));
            assertThrows(IllegalArgumentException.class, npy::tensor);
            assertThrows(IllegalArgumentException.class, () -> npy.tensor(ElementType.F16));
        }
    }

    @Test
    void writingLeavesNothingBesideAndReplaces() throws IOException {
        NpyFile.write(file(), Tensor.of(new float[] {1, 2}, 2));
        NpyFile.write(file(), Tensor.of(new float[] {3}, 1));
        try (Stream<Path> files = Files.list(folder);
                Arena arena = Arena.ofConfined()) {
            assertEquals(1, files.count());
            assertEquals(3, NpyFile.read(file(), arena).tensor().get(0));
        }
        assertEquals(4, Files.size(file()) % 64, "data begin at a multiple of 64");
    }

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        NpyFile.write(file(), Tensor.of(new float[] {1}, 1));
        byte[] before = Files.readAllBytes(file());
        MemorySegment dead;
        try (Arena arena = Arena.ofConfined()) {
            dead = arena.allocate(8, 8);
        }
        Tensor closed = Tensor.of(dead, ElementType.F32, 2);
        assertThrows(IllegalStateException.class, () -> NpyFile.write(file(), closed));
        assertArrayEquals(before, Files.readAllBytes(file()));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyVersion(int version) throws IOException {
        write(version, header("<i4", "(2,)"), new byte[] {1, 0, 0, 0, -1, -1, -1, -1});
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(new int[] {1, -1}, NpyFile.read(file(), arena).ints());
        }
    }

    @Test
    void integersAndRawHalves() throws IOException {
        write(1, header("<i8", "()"), new byte[] {0, 0, 0, 0, 1, 0, 0, 0});
        try (Arena arena = Arena.ofConfined()) {
            NpyFile wide = NpyFile.read(file(), arena);
            assertArrayEquals(new long[] {1L << 32}, wide.longs());
            assertThrows(IllegalArgumentException.class, wide::ints);
            assertThrows(IllegalArgumentException.class, wide::tensor);
        }
        write(1, header("<f2", "(1, 2)"), new byte[] {0, 60, 0, 64});
        try (Arena arena = Arena.ofConfined()) {
            NpyFile half = NpyFile.read(file(), arena);
            assertEquals(NpyType.FLOAT16, half.type());
            assertArrayEquals(new short[] {0x3c00, 0x4000}, half.data().toArray(ValueLayout.JAVA_SHORT));
            assertThrows(IllegalArgumentException.class, half::longs);
        }
    }

    @Test
    void fortranOrderIsStrides() throws IOException {
        write(1, "{'descr': '|b1', 'fortran_order': True, 'shape': (2, 3)}", new byte[] {1, 0, 0, 0, 1, 1});
        try (Arena arena = Arena.ofConfined()) {
            Tensor tensor = NpyFile.read(file(), arena).tensor();
            assertEquals(1, tensor.get(0, 0));
            assertEquals(0, tensor.get(0, 1));
            assertEquals(1, tensor.get(0, 2));
            assertEquals(1, tensor.get(1, 2));
        }
    }

    /// A header of odd length puts the data where no float may lie: they are copied.
    @Test
    void misalignedDataAreCopied() throws IOException {
        String header = header("<f8", "(1,)");
        for (int pad = 0; pad < 8; pad++) {
            write(1, header + " ".repeat(pad), new byte[] {0, 0, 0, 0, 0, 0, -16, 63});
            try (Arena arena = Arena.ofConfined()) {
                assertEquals(1, NpyFile.read(file(), arena).tensor().get(0));
            }
        }
    }

    @Test
    void emptyArrays() throws IOException {
        write(1, header("<f4", "(3, 0, 2147483647, 2147483647, 2147483647)"));
        try (Arena arena = Arena.ofConfined()) {
            assertTrue(NpyFile.read(file(), arena).tensor().isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '"',
            value = {
                "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)} # got >f4",
                "{'descr': '|O', 'fortran_order': False, 'shape': (1,)} # descr must be one of |b1 |i1 |u1 <u2 <f2",
                "{'fortran_order': False, 'shape': (1,)} # the header must name the type",
                "{'descr': '<f4', 'shape': (1,)} # the header must say 'fortran_order'",
                "{'descr': '<f4', 'fortran_order': False} # the header must give the 'shape'",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)} # sizes must not be negative: got (-1,)",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (x,)} # sizes must be numbers below 2^31: got (x,)",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,2)} # sizes must be numbers below 2^31",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296,)} # got (4294967296,)",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} # shape [2] of <f4 needs 8 bytes: got 4",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 9)} # within the file",
                "[1] # the header must be a Python dictionary: got [1]",
            })
    void malformedHeaders(String header, String message) throws IOException {
        write(1, header, new byte[4]);
        String refusal = refusal();
        assertTrue(refusal.contains(message), refusal);
    }

    @Test
    void whatIsNoNpyFile() throws IOException {
        Files.write(file(), new byte[0]);
        assertEquals("a .npy file has at least 10 bytes: got 0", refusal());
        Files.writeString(file(), "hello, hello, hello");
        assertEquals("a .npy file begins with \\x93NUMPY: got 68 65 6c 6c 6f 2c", refusal());
        write(4, header("<f4", "()"), new byte[4]);
        assertEquals("the format version must be 1, 2 or 3: got 4", refusal());
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        NpyFile.write(file(), Tensor.of(new float[] {1, 2, 3}, 3));
        byte[] whole = Files.readAllBytes(file());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            refusal();
        }
    }

    @Test
    void missingFilesAndFolders() {
        try (Arena arena = Arena.ofConfined()) {
            Path none = folder.resolve("none.npy");
            assertEquals(
                    none + ": there is no such file",
                    assertThrows(NoSuchFileException.class, () -> NpyFile.read(none, arena))
                            .getMessage());
            assertThrows(IllegalArgumentException.class, () -> NpyFile.read(folder, arena));
        }
    }
}
