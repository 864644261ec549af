package heed.cli.load;

import heed.cli.input.InputException;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The jars of a backends' directory as one child layer of the core's.
///
/// Were they on the module path, one broken jar or one missing neighbour would keep the command from starting.
/// Here a jar is taken in only if it resolves, alone and with those taken in before; others are [#rejected] and
/// harm nobody. All that are taken in share a layer and a loader, since backends read each other.
///
/// @param directory where the jars are
/// @param layer the modules taken in
/// @param rejected the jars that were not, with reasons
record BackendLayer(Path directory, ModuleLayer layer, List<RejectedJar> rejected) {
    private record Jar(String file, ModuleFinder finder, ModuleDescriptor module) {}

    static BackendLayer of(Path directory) {
        List<RejectedJar> rejected = new ArrayList<>();
        Map<String, Jar> readable = readable(directory, rejected);
        List<Jar> taken = new ArrayList<>();
        for (Jar jar : readable.values()) {
            List<Jar> tried = new ArrayList<>(taken);
            tried.add(jar);
            try {
                resolve(tried, readable.values().stream().toList());
                taken.add(jar);
            } catch (FindException | ResolutionException failure) {
                rejected.add(rejection(jar.file, failure));
            }
        }
        return new BackendLayer(directory, layer(taken), List.copyOf(rejected));
    }

    /// The file whose module declares a provider that `text` names.
    Optional<String> fileOf(String text) {
        return layer.configuration().modules().stream()
                .map(ResolvedModule::reference)
                .filter(module -> module.descriptor().provides().stream()
                        .flatMap(service -> service.providers().stream())
                        .anyMatch(text::contains))
                .flatMap(module -> module.location().stream())
                .map(location -> Path.of(location).getFileName().toString())
                .findFirst();
    }

    private static Map<String, Jar> readable(Path directory, List<RejectedJar> rejected) {
        Map<String, Jar> readable = new LinkedHashMap<>();
        for (Path file : jars(directory)) {
            String name = file.getFileName().toString();
            try {
                ModuleFinder finder = ModuleFinder.of(file);
                ModuleDescriptor module = finder.findAll().iterator().next().descriptor();
                Jar twin = readable.putIfAbsent(module.name(), new Jar(name, finder, module));
                if (twin != null) {
                    rejected.add(new RejectedJar(
                            name, "it holds module " + module.name() + ", as " + twin.file + " does", "remove one"));
                }
            } catch (FindException failure) {
                rejected.add(rejection(name, failure));
            }
        }
        return readable;
    }

    /// The jars in `directory`, by name.
    static List<Path> jars(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar") && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new InputException(failure, "cannot list the backends: directory=%s", directory);
        }
    }

    private static Configuration resolve(List<Jar> roots, List<Jar> neighbours) {
        ModuleFinder all =
                ModuleFinder.compose(neighbours.stream().map(Jar::finder).toArray(ModuleFinder[]::new));
        Set<String> names = roots.stream().map(jar -> jar.module.name()).collect(Collectors.toSet());
        return ModuleLayer.boot().configuration().resolve(all, ModuleFinder.of(), names);
    }

    /// Defines the modules and lets each call native code: a jar put into the directory is trusted like the command.
    @SuppressWarnings("restricted") // enableNativeAccess, which is what it is for
    private static ModuleLayer layer(List<Jar> taken) {
        ModuleLayer.Controller controller = ModuleLayer.defineModulesWithOneLoader(
                resolve(taken, taken), List.of(ModuleLayer.boot()), ClassLoader.getSystemClassLoader());
        controller.layer().modules().forEach(controller::enableNativeAccess);
        return controller.layer();
    }

    private static RejectedJar rejection(String file, RuntimeException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        return new RejectedJar(file, message.lines().findFirst().orElse(message), hint(message));
    }

    private static String hint(String message) {
        return message.matches("Module \\S+ not found.*")
                ? "put the jar that holds the missing module beside it, or remove this one"
                : "replace the jar or remove it";
    }
}
