package heed.cli;

import heed.attention.Attention;
import heed.cli.load.Backends;
import java.util.Optional;
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
}
