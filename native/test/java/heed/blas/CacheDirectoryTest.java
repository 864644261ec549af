package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheDirectoryTest {
    private static final Platform LINUX = new Platform("Linux", "amd64");
    private static final Map<String, String> HOME = Map.of("user.home", "/home/u");

    @Test
    void linux() {
        assertThat(of(HOME, Map.of(), LINUX)).isEqualTo(Path.of("/home/u/.cache/heed"));
        assertThat(of(HOME, Map.of("XDG_CACHE_HOME", "/var/c"), LINUX)).isEqualTo(Path.of("/var/c/heed"));
        assertThat(of(HOME, Map.of("XDG_CACHE_HOME", "relative"), LINUX)).isEqualTo(Path.of("/home/u/.cache/heed"));
    }

    @Test
    void macAndWindows() {
        assertThat(of(HOME, Map.of(), new Platform("Mac OS X", "aarch64")))
                .isEqualTo(Path.of("/home/u/Library/Caches/heed"));
        assertThat(of(HOME, Map.of("LOCALAPPDATA", "/local"), new Platform("Windows 11", "amd64")))
                .isEqualTo(Path.of("/local/heed"));
    }

    @Test
    void propertyGoesFirst() {
        assertThat(of(Map.of("user.home", "/home/u", "heed.cache", "/mine"), Map.of(), LINUX))
                .isEqualTo(Path.of("/mine"));
    }

    @Test
    void platformsAreNamedAsTheirLibraries() {
        assertThat(LINUX.classifier()).isEqualTo("linux-x86_64");
        assertThat(new Platform("Linux", "aarch64").classifier()).isEqualTo("linux-arm64");
        assertThat(new Platform("Mac OS X", "aarch64").classifier()).isEqualTo("macosx-arm64");
        assertThat(new Platform("Windows 11", "amd64").classifier()).isEqualTo("windows-x86_64");
    }

    private static Path of(Map<String, String> properties, Map<String, String> variables, Platform platform) {
        return CacheDirectory.of(new Settings(properties, variables), platform);
    }
}
