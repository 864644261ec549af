package heed.cli.attend;

import heed.attention.Mask;
import heed.attention.Mask.AlibiForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The masks of a call, which hold together.
///
/// One whose tensor an option gives has a name, by which `--visible` may place it elsewhere, behind an `or`: it then
/// counts there alone.
final class Masks {
    private Mask limits = Mask.none();
    private Mask visible = Mask.none();
    private final Map<String, Mask> named = new LinkedHashMap<>();

    /// Rows and keys of a block.
    List<Integer> blockSize = List.of(128, 128);

    AlibiForm alibiForm = AlibiForm.SIGNED;

    void limit(Mask mask) {
        limits = limits.and(mask);
    }

    void name(String name, Mask mask) {
        named.put(name, mask);
    }

    void show(Mask mask) {
        visible = mask;
    }

    Map<String, Mask> named() {
        return named;
    }

    /// What holds of every key that is seen.
    Mask all() {
        Mask mask = limits;
        for (Mask each : named.values()) {
            if (!visible.leaves().containsAll(each.leaves())) {
                mask = mask.and(each);
            }
        }
        return mask.and(visible);
    }
}
