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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The jars of a backends' directory as one child layer of the core's.
///
/// Were they on the module path, one broken jar or one missing neighbour would keep the command from
/// starting. Here a jar is taken in only if it resolves, alone and with those taken in before; others are
/// [#rejected] and harm nobody. All that are taken in share a layer and a loader, since backends read each
/// other, so no two may hold one package. A module that the core has is not taken in again: backends would
/// read that copy, whose interface is another one.
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
                checkPackages(resolve(tried, readable.values().stream().toList()));
                taken.add(jar);
            } catch (FindException | ResolutionException failure) {
                rejected.add(rejection(jar.file, failure));
            }
        }
        return new BackendLayer(directory, layer(taken), List.copyOf(rejected));
    }

    /// The file that `type` comes from.
    Optional<String> fileOf(Class<?> type) {
        return Optional.ofNullable(type.getModule().getName())
                .filter(_ -> type.getModule().getLayer() == layer)
                .flatMap(layer.configuration()::findModule)
                .flatMap(BackendLayer::file);
    }

    private static Optional<String> file(ResolvedModule module) {
        return module.reference()
                .location()
                .map(location -> Path.of(location).getFileName().toString());
    }

    /// The file whose module declares a provider that `text` names.
    Optional<String> fileOf(String text) {
        return layer.configuration().modules().stream()
                .filter(module -> module.reference().descriptor().provides().stream()
                        .flatMap(service -> service.providers().stream())
                        .anyMatch(text::contains))
                .flatMap(module -> file(module).stream())
                .findFirst();
    }

    private static Map<String, Jar> readable(Path directory, List<RejectedJar> rejected) {
        Map<String, Jar> readable = new LinkedHashMap<>();
        for (Path file : jars(directory)) {
            String name = file.getFileName().toString();
            try {
                ModuleFinder finder = ModuleFinder.of(file);
                ModuleDescriptor module = finder.findAll().iterator().next().descriptor();
                Optional<RejectedJar> copy = copy(name, module, readable);
                copy.ifPresent(rejected::add);
                if (copy.isEmpty()) {
                    readable.put(module.name(), new Jar(name, finder, module));
                }
            } catch (FindException failure) {
                rejected.add(rejection(name, failure));
            }
        }
        return readable;
    }

    /// A refusal of what is there already.
    private static Optional<RejectedJar> copy(String file, ModuleDescriptor module, Map<String, Jar> readable) {
        String held = "it holds module " + module.name();
        if (ModuleLayer.boot().findModule(module.name()).isPresent()) {
            return Optional.of(new RejectedJar(file, held + ", which heed has", "remove it"));
        }
        return Optional.ofNullable(readable.get(module.name()))
                .map(twin -> new RejectedJar(file, held + ", as " + twin.file + " does", "remove one"));
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

    /// Refuses modules that one loader cannot have.
    private static void checkPackages(Configuration modules) {
        Map<String, ResolvedModule> holders = new TreeMap<>();
        for (ResolvedModule module : modules.modules()) {
            for (String name : module.reference().descriptor().packages()) {
                ResolvedModule other = holders.putIfAbsent(name, module);
                if (other != null) {
                    throw new ResolutionException("Package " + name + " is in "
                            + Stream.of(module, other)
                                    .map(holder -> file(holder).orElse(holder.name()))
                                    .sorted()
                                    .collect(Collectors.joining(" and ")));
                }
            }
        }
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
