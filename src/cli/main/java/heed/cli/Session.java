package heed.cli;

import heed.attention.Attention;
import heed.attention.Tuning;
import heed.cli.load.Backends;
import heed.cli.tune.TuneFile;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What the commands of one process share: the streams, and the backends, which are loaded when first asked for.
final class Session {
    private final Console console;
    private final Supplier<Backends> loader;
    private Optional<Backends> backends = Optional.empty();

    Session(Console console, Supplier<Backends> loader) {
        this.console = console;
        this.loader = loader;
    }

    Console console() {
        return console;
    }

    synchronized Backends backends() {
        if (backends.isEmpty()) {
            backends = Optional.of(loader.get());
        }
        return backends.get();
    }

    /// The door over every backend, or with `name` as the one that must do it.
    Attention attention(Optional<String> name) {
        Attention attention = Attention.of(backends().attention());
        name.ifPresent(attention::use);
        return attention;
    }

    /// The door that, where no backend is named, chooses by what `heed tune` measured. `warn` is told if that
    /// cannot be used.
    Attention tuned(Optional<String> name, Consumer<String> warn) {
        Attention attention = attention(name);
        return name.isPresent()
                ? attention
                : attention.tuned(Tuning.known(TuneFile.ofUser().read(warn)));
    }
}
