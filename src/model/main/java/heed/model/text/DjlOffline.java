package heed.model.text;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// While open, keeps DJL off the network and its files in Heed's cache.
///
/// Left alone, DJL's tokenizer reports its use from machines in Amazon's cloud, downloads a CUDA build where it sees a
/// GPU, and unpacks into `~/.djl.ai`. System properties are its only switches for all three; the user's own settings
/// are left as they are, and what is set here is taken back.
final class DjlOffline implements AutoCloseable {
    private static final String OFFLINE = "ai.djl.offline";
    private static final String CACHE = "ENGINE_CACHE_DIR";
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private final Optional<String> offline;
    private final Optional<String> cache;

    DjlOffline(Path cacheDir) {
        ONE_AT_A_TIME.lock();
        offline = Optional.ofNullable(System.getProperty(OFFLINE));
        cache = Optional.ofNullable(System.getProperty(CACHE));
        if (offline.isEmpty()) {
            System.setProperty(OFFLINE, "true");
        }
        if (cache.isEmpty()) {
            System.setProperty(CACHE, cacheDir.toString());
        }
    }

    @Override
    public void close() {
        if (offline.isEmpty()) {
            System.clearProperty(OFFLINE);
        }
        if (cache.isEmpty()) {
            System.clearProperty(CACHE);
        }
        ONE_AT_A_TIME.unlock();
    }
}
