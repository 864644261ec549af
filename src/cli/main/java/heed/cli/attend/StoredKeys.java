package heed.cli.attend;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.KeyPanels;
import heed.attention.PageTable;
import heed.attention.Quantiser;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.cli.input.InputException;
import heed.cli.tensor.Rank;
import heed.cli.tensor.Room;
import heed.cli.tensor.TensorFiles;
import java.util.Arrays;
import java.util.Optional;

/// Key and value as a run reads them: of files that hold them so, or made of files of numbers.
final class StoredKeys {
    private final TensorFiles files;
    private final Room room;
    private Optional<ElementType> type = Optional.empty();
    private Optional<String> keyScale = Optional.empty();
    private Optional<String> valueScale = Optional.empty();
    private Optional<Integer> panels = Optional.empty();
    private Optional<String> pages = Optional.empty();

    StoredKeys(TensorFiles files, Room room) {
        this.files = files;
        this.room = room;
    }

    void type(ElementType wanted) {
        type = Optional.of(wanted);
    }

    void keyScale(String file) {
        keyScale = Optional.of(file);
    }

    void valueScale(String file) {
        valueScale = Optional.of(file);
    }

    void panels(int width) {
        panels = Optional.of(width);
    }

    void pages(String file) {
        pages = Optional.of(file);
    }

    /// A tensor, with its scales where it has some.
    private record Stored(Tensor tensor, Optional<Tensor> scale) {}

    /// Tells `spec` how key and value are stored and `arguments` where they are.
    ///
    /// @return the most keys of a sequence
    int give(String key, String value, AttentionSpec.Builder spec, AttentionArguments arguments) {
        Stored k = read("--key", key, keyScale);
        Stored v = read("--value", value, valueScale);
        ElementType stored = k.tensor.type();
        spec.kvHeads(k.tensor.size(1))
                .valueDim(Math.multiplyExact(v.tensor.size(3), stored.elementsPerUnit()))
                .kvType(stored);
        arguments.key(layOut(k.tensor, spec)).value(v.tensor);
        k.scale.ifPresent(arguments::keyScale);
        v.scale.ifPresent(arguments::valueScale);
        return pages.map(file -> givePages(file, k.tensor.size(2), spec, arguments))
                .orElse(k.tensor.size(2));
    }

    private Stored read(String option, String location, Optional<String> scale) {
        if (scale.isPresent()) {
            Tensor tensor = Rank.full(option, files.read(option, location, type.orElse(ElementType.INT8)));
            int axes = tensor.type() == ElementType.INT4 ? 4 : 3;
            return new Stored(tensor, Optional.of(Rank.padded(files.read(option + "-scale", scale.get()), axes)));
        }
        Tensor given = Rank.full(option, files.read(option, location));
        if (!given.type().isFloating()) {
            throw new InputException(
                    "%s must be of a floating-point type, or have its scales beside it by %s-scale: %s=%s",
                    option, option, option, given);
        }
        ElementType wanted = type.orElse(given.type());
        return wanted.isQuantised() ? quantised(given, wanted) : new Stored(converted(given, wanted), Optional.empty());
    }

    private Tensor converted(Tensor given, ElementType wanted) {
        if (given.type() == wanted) {
            return given;
        }
        Tensor target = room.of(wanted, given.shape());
        for (int b = 0; b < given.size(0); b++) {
            for (int h = 0; h < given.size(1); h++) {
                for (int j = 0; j < given.size(2); j++) {
                    for (int d = 0; d < given.size(3); d++) {
                        target.set(given.get(b, h, j, d), b, h, j, d);
                    }
                }
            }
        }
        return target;
    }

    private Stored quantised(Tensor given, ElementType wanted) {
        int[] shape = given.shape();
        int[] scales = wanted == ElementType.INT8 ? Arrays.copyOf(shape, 3) : shape.clone();
        if (wanted == ElementType.INT4) {
            scales[3] = wanted.scalesOf(shape[3]);
        }
        shape[3] = wanted.unitsOf(shape[3]);
        Stored made = new Stored(room.of(wanted, shape), Optional.of(room.of(ElementType.F32, scales)));
        Quantiser.fill(given, made.tensor, made.scale.orElseThrow());
        return made;
    }

    private Tensor layOut(Tensor rows, AttentionSpec.Builder spec) {
        if (panels.isEmpty()) {
            return rows;
        }
        KeyLayout.Panels layout = new KeyLayout.Panels(panels.get());
        spec.keyLayout(layout);
        int count = layout.count(rows.size(2));
        Tensor target = room.of(rows.type(), rows.size(0), rows.size(1), count, rows.size(3), layout.width());
        KeyPanels.fill(rows, target);
        return target;
    }

    private int givePages(String file, int pageLen, AttentionSpec.Builder spec, AttentionArguments arguments) {
        NpyFile table = files.open("--page-table", file);
        int[] shape = table.shape();
        if (shape.length != 2 || table.fortranOrder() && shape[0] > 1) {
            throw new InputException("--page-table must be [batch, most pages] in C order: --page-table=%s", table);
        }
        spec.pageLen(pageLen);
        arguments.pageTable(new PageTable(table.ints(), shape[1]));
        return Math.multiplyExact(shape[1], pageLen);
    }
}
