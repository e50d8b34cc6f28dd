package io.retrograd.backend.cuda.platform;

import io.retrograd.host.UserCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The machine as the search for CUDA sees it.
 *
 * @param environment its variables
 * @param root of the file system's paths
 * @param cache where natives are unpacked
 * @param os as in {@code os.name}
 * @param arch as in {@code os.arch}
 */
record Host(Map<String, String> environment, Path root, Path cache, String os, String arch) {
    /** The machine that this runs on. */
    static Host here() {
        return new Host(
                System.getenv(),
                Path.of("/"),
                UserCache.folder(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
    }

    /** Whether JCuda has natives for it. */
    boolean supported() {
        return os.equals("Linux") && arch.equals("amd64");
    }

    /** A variable that is set to something. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** The folders that a variable lists, as PATH does. */
    List<Path> folders(String name) {
        return Pattern.compile(":")
                .splitAsStream(environment.getOrDefault(name, ""))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList();
    }

    /** The interpreters on the PATH. */
    List<Path> pythons() {
        return folders("PATH").stream()
                .map(folder -> folder.resolve("python3"))
                .filter(Files::isExecutable)
                .toList();
    }

    /** A path of this machine. */
    Path path(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    boolean exists(String absolute) {
        return Files.exists(path(absolute));
    }

    /** Whether this is a container, as Docker, Podman and systemd mark one. */
    boolean inContainer() {
        return exists("/.dockerenv")
                || exists("/run/.containerenv")
                || variable("container").isPresent()
                || variable("KUBERNETES_SERVICE_HOST").isPresent();
    }

    /** Whether the files are there through which a driver reaches its GPUs; WSL has its own. */
    boolean hasDeviceFiles() {
        return exists("/dev/nvidiactl") || exists("/dev/dxg");
    }
}
