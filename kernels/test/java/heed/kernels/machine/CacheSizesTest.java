package heed.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CacheSizesTest {
    private static final CacheSizes ASSUMED = new CacheSizes(1 << 10, 2 << 10, 3 << 10);

    @TempDir
    Path sysfs;

    private void cache(int index, String level, String type, String size) throws IOException {
        Path directory = Files.createDirectory(sysfs.resolve("index" + index));
        Files.writeString(directory.resolve("level"), level + "\n");
        Files.writeString(directory.resolve("type"), type + "\n");
        Files.writeString(directory.resolve("size"), size + "\n");
    }

    private void usual() throws IOException {
        cache(0, "1", "Data", "48K");
        cache(1, "1", "Instruction", "64K");
        cache(2, "2", "Unified", "2048K");
        cache(3, "3", "Unified", "32M");
        Files.writeString(sysfs.resolve("uevent"), "");
    }

    private CacheSizes read(Map<String, String> properties) {
        return CacheSizes.of(properties::get, sysfs, ASSUMED);
    }

    @Test
    void readsWhatLinuxTells() throws IOException {
        usual();
        assertEquals(new CacheSizes(48 << 10, 2 << 20, 32 << 20), read(Map.of()));
    }

    @Test
    void propertiesWin() throws IOException {
        usual();
        assertEquals(
                new CacheSizes(4096, 2 << 20, 1 << 20),
                read(Map.of("heed.cacheBytes.l1", "4096", "heed.cacheBytes.l3", "1048576")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "-4096", "32K", "1023", "0", "9999999999999999999", " 4096"})
    void wrongPropertiesAreRefused(String value) {
        String message = "heed.cacheBytes.l2 must be a number of bytes, at least 1024: heed.cacheBytes.l2=" + value;
        Map<String, String> properties = Map.of("heed.cacheBytes.l2", value);
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> read(properties))
                        .getMessage());
        assertEquals(message, CacheSizes.wrongProperty(properties::get).orElseThrow());
    }

    @Test
    void withoutAThirdLevelTheSecondIsTheLast() throws IOException {
        cache(0, "1", "Data", "64K");
        cache(1, "2", "Unified", "1M");
        assertEquals(new CacheSizes(64 << 10, 1 << 20, 1 << 20), read(Map.of()));
    }

    /// A container without sysfs, one with a part of it, and files that hold nothing of use.
    @Test
    void whatIsNotToldIsAssumed() throws IOException {
        assertEquals(ASSUMED, CacheSizes.of(_ -> null, sysfs.resolve("absent"), ASSUMED));
        assertEquals(ASSUMED, read(Map.of()));
        cache(0, "1", "Data", "32K");
        Files.createDirectory(sysfs.resolve("index1"));
        cache(2, "2", "Unified", "");
        cache(3, "x", "Unified", "8M");
        assertEquals(ASSUMED, read(Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "512K, 524288",
        "1M, 1048576",
        "32768K, 33554432",
        "4096, 4096",
        "1G, 1073741824",
        "0K, 0",
        "'', 0",
        "K, 0"
    })
    void sizes(String text, long bytes) {
        assertEquals(bytes, SysfsCaches.bytes(text));
    }

    @Test
    void thisMachineHasCaches() {
        assertTrue(CacheSizes.ofThisMachine().l1d() >= 1024);
        assertEquals(
                "caches must have at least 1024 bytes: l1d=0, l2=1024, l3=1024",
                assertThrows(IllegalArgumentException.class, () -> new CacheSizes(0, 1024, 1024))
                        .getMessage());
    }
}
