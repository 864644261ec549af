package heed.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.BackendUnavailableException;
import heed.attention.Gemm;
import heed.attention.PlanOptions;
import heed.model.weights.ModelFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What [MiniLm#load] says when something is missing.
final class LoadTest {
    private static final PlanOptions REFERENCE = PlanOptions.DEFAULT.withBackend("reference");

    @Test
    void namesTheMissingFile(@TempDir Path folder) {
        MiniLmFiles files = MiniLmFiles.in(folder);
        ModelFileException refused = assertThrows(
                ModelFileException.class, () -> MiniLm.load(Attention.load(), Gemm.load(), files, REFERENCE));
        assertEquals(files.weights() + ": the file must exist", refused.getMessage());
    }

    @Test
    void namesTheWeightThatAnotherModelLacks(@TempDir Path folder) throws Exception {
        // A ModelProto with a graph with one empty initializer.
        Path other = Files.write(folder.resolve("other.onnx"), new byte[] {7 << 3 | 2, 2, 5 << 3 | 2, 0});
        MiniLmFiles files = new MiniLmFiles(other, MiniLmFiles.find().tokenizer());
        ModelFileException refused = assertThrows(
                ModelFileException.class, () -> MiniLm.load(Attention.load(), Gemm.load(), files, REFERENCE));
        assertEquals(
                other + ": the model must have this weight: name=embeddings.word_embeddings.weight",
                refused.getMessage());
    }

    @Test
    void takesTheFolderThatTheUserNames(@TempDir Path folder) {
        System.setProperty("heed.model.dir", folder.toString());
        try {
            assertEquals(MiniLmFiles.in(folder), MiniLmFiles.find());
        } finally {
            System.clearProperty("heed.model.dir");
        }
    }

    @Test
    void wantsAProductOfTheSameName() {
        Attention attention = Attention.load();
        BackendUnavailableException refused = assertThrows(
                BackendUnavailableException.class,
                () -> MiniLm.load(attention, Gemm.of(List.of()), MiniLmFiles.find(), REFERENCE));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("reference has no matrix product"));
    }

    @Test
    void findsTheReferenceProduct() {
        assertEquals("reference", Gemm.load().backend("reference").name());
    }
}
