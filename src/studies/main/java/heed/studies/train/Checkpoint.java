package heed.studies.train;

import heed.studies.math.Matrix;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/// A training under way in a file: parameters, the optimiser's memory and its steps, and records of the
/// caller's. Continued from there, it gives the bits that it would have given.
///
/// What else a step depends on, such as its batch, must follow from its number and a seed. A file is written
/// beside the old one, under a name of its own, and then takes its name: there is a whole one at any time,
/// whoever else keeps the same training.
///
/// ```
/// "HEEDTRN1"   what   steps   count   (name   rows   columns   elements …) …   crc
/// ```
///
/// Big-endian; texts as their length and UTF-8; the CRC-32 is that of all before it.
public final class Checkpoint {
    private static final byte[] MAGIC = "HEEDTRN1".getBytes(StandardCharsets.US_ASCII);

    private final Path file;
    private final String what;

    /// A matrix and what it is called in the file.
    private record Item(String name, Matrix matrix) {}

    /// A training kept in `file`.
    ///
    /// @param what says everything that the training depends on: one of something else is refused
    public Checkpoint(Path file, String what) {
        this.file = file;
        this.what = what;
    }

    /// Keeps the state as it is now, with `records`.
    ///
    /// @throws UnusableTrainingException if the file cannot be written; the old one is as it was
    public void save(Optimiser optimiser, Matrix... records) {
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
            Path beside = beside();
            Files.write(beside, encoded(optimiser, records));
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw failed("cannot be kept", failure);
        }
    }

    /// Of this thread alone, so that two may keep the same training.
    private Path beside() {
        long process = ProcessHandle.current().pid();
        long thread = Thread.currentThread().threadId();
        return file.resolveSibling("%s.%d.%d.new".formatted(file.getFileName(), process, thread));
    }

    /// Brings the state back, if it was kept: then `optimiser`, its parameters and `records` are as they
    /// were.
    ///
    /// @return whether it was
    /// @throws UnusableTrainingException if the file cannot be read, is damaged or of another training; nothing
    ///     is changed then
    public boolean load(Optimiser optimiser, Matrix... records) {
        if (!Files.exists(file)) {
            return false;
        }
        ByteBuffer bytes = checked(read());
        require(what.equals(text(bytes)), "is of another training");
        long steps = bytes.getLong();
        List<Item> items = items(optimiser, records);
        require(bytes.getInt() == items.size(), "is of another model");
        List<double[]> found = items.stream().map(item -> decode(item, bytes)).toList();
        for (int n = 0; n < found.size(); n++) {
            System.arraycopy(found.get(n), 0, items.get(n).matrix.elements(), 0, found.get(n).length);
        }
        optimiser.resume(steps);
        return true;
    }

    private static List<Item> items(Optimiser optimiser, Matrix... records) {
        List<Item> items = new ArrayList<>();
        optimiser.parameters().forEach(parameter -> items.add(new Item(parameter.name(), parameter.value())));
        optimiser.memory().forEach(matrix -> items.add(new Item("memory", matrix)));
        List.of(records).forEach(matrix -> items.add(new Item("record", matrix)));
        return items;
    }

    private byte[] encoded(Optimiser optimiser, Matrix... records) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(MAGIC);
        write(what, out);
        out.writeLong(optimiser.steps());
        List<Item> items = items(optimiser, records);
        out.writeInt(items.size());
        for (Item item : items) {
            write(item.name, out);
            out.writeInt(item.matrix.rows());
            out.writeInt(item.matrix.columns());
            for (double element : item.matrix.elements()) {
                out.writeDouble(element);
            }
        }
        out.writeLong(crc(bytes.toByteArray(), bytes.size()));
        return bytes.toByteArray();
    }

    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw failed("cannot be read", failure);
        }
    }

    /// What lies between the magic and the CRC: once that is right, the file is as it was written.
    private ByteBuffer checked(byte[] bytes) {
        int end = bytes.length - Long.BYTES;
        boolean whole = end >= MAGIC.length
                && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && ByteBuffer.wrap(bytes).getLong(end) == crc(bytes, end);
        require(whole, "is damaged");
        return ByteBuffer.wrap(bytes, MAGIC.length, end - MAGIC.length);
    }

    private double[] decode(Item item, ByteBuffer bytes) {
        boolean same = text(bytes).equals(item.name)
                & bytes.getInt() == item.matrix.rows()
                & bytes.getInt() == item.matrix.columns();
        require(same, "is of another model");
        double[] elements = new double[item.matrix.elements().length];
        Arrays.setAll(elements, _ -> bytes.getDouble());
        return elements;
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[bytes.getInt()];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static long crc(byte[] bytes, int end) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, end);
        return crc.getValue();
    }

    private void require(boolean rule, String what) {
        if (!rule) {
            throw new UnusableTrainingException(
                    "the training kept in %s %s: delete it to begin anew".formatted(file, what));
        }
    }

    private UnusableTrainingException failed(String what, IOException failure) {
        return new UnusableTrainingException("a training %s: file=%s, %s".formatted(what, file, failure), failure);
    }
}
