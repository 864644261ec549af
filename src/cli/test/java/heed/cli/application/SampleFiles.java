package heed.cli.application;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;

/// The files that the README's commands read, of 64 tokens.
final class SampleFiles {
    private static final int LEN = 64;

    private SampleFiles() {}

    static void write(Path folder) throws IOException {
        NpyFile.write(folder.resolve("q.npy"), noise(1, 8, LEN, 32));
        NpyFile.write(folder.resolve("k.npy"), noise(1, 2, LEN, 32));
        NpyFile.write(folder.resolve("v.npy"), noise(1, 2, LEN, 32));
        NpyFile.write(folder.resolve("slopes.npy"), noise(8));
        NpyFile.write(folder.resolve("documents.npy"), Tensor.of(new float[LEN], LEN));
        Tensor tree = Tensor.of(MemorySegment.ofArray(new byte[LEN * LEN]), ElementType.BOOL, LEN, LEN);
        for (int i = 0; i < LEN; i++) {
            for (int ancestor = i; ancestor > 0; ancestor = (ancestor - 1) / 2) {
                tree.set(1, i, ancestor);
            }
            tree.set(1, i, 0);
        }
        NpyFile.write(folder.resolve("tree.npy"), tree);
    }

    private static Tensor noise(int... shape) {
        Random random = new Random(shape.length);
        float[] elements = new float[IntStream.of(shape).reduce(1, Math::multiplyExact)];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) random.nextGaussian();
        }
        return Tensor.of(elements, shape);
    }
}
