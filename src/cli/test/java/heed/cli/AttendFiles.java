package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// The files of `heed attend` in a folder: `q.npy`, `k.npy`, `v.npy`, and `o.npy` for the output.
record AttendFiles(Path folder) {
    static Tensor noise(int... shape) {
        SplittableRandom random = new SplittableRandom(shape.length + shape[0]);
        float[] elements = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) random.nextDouble(-1, 1);
        }
        return Tensor.of(elements, shape);
    }

    static Tensor flags(int rows, int columns, String... rowsOfBits) {
        byte[] bytes = new byte[rows * columns];
        String bits = String.join("", rowsOfBits);
        for (int n = 0; n < bytes.length; n++) {
            bytes[n] = (byte) (bits.charAt(n) - '0');
        }
        return Tensor.of(MemorySegment.ofArray(bytes), ElementType.BOOL, rows, columns);
    }

    /// The file `name` with `tensor` in it.
    Path write(String name, Tensor tensor) throws IOException {
        Path file = folder.resolve(name);
        NpyFile.write(file, tensor);
        return file;
    }

    /// The command on `reference`, unless `more` says otherwise.
    Run attend(Object... more) {
        List<Object> words = new ArrayList<>(List.of("attend", "--out", folder.resolve("o.npy")));
        for (String side : List.of("query", "key", "value")) {
            words.addAll(List.of("--" + side, folder.resolve(side.charAt(0) + ".npy")));
        }
        words.addAll(List.of(more));
        if (!words.contains("--backend")) {
            words.addAll(List.of("--backend", "reference"));
        }
        return Run.of(words.toArray());
    }

    /// The elements of the output that a command which must succeed writes.
    double[] output(Object... more) throws IOException {
        Run run = attend(more);
        assertEquals(Exit.DONE, run.exit(), run.err());
        return elements("o.npy");
    }

    double[] elements(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            NpyFile file = NpyFile.read(folder.resolve(name), arena);
            ElementType type = file.tensor().type();
            double[] elements = new double[(int) (file.data().byteSize() / type.bytes())];
            Arrays.setAll(elements, n -> type.read(file.data(), (long) n * type.bytes()));
            return elements;
        }
    }

    int[] shape(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return NpyFile.read(folder.resolve(name), arena).shape();
        }
    }

    byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }
}
