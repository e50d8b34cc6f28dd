package io.retrograd.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of {@code kernels/}, which lie beside the classes: in a folder, or in a jar. */
final class KernelFiles {
    private static final String FOLDER = "kernels/";

    /** By which the folder is found: all files include it. */
    private static final String ANY = "index.cuh";

    private KernelFiles() {}

    /** The names that end so, sorted. */
    static List<String> names(String suffix) {
        URL any = KernelFiles.class.getResource(FOLDER + ANY);
        if (any == null) {
            throw new IllegalStateException("CudaKernels: " + ANY + " is not in the jar");
        }
        try {
            List<String> all = any.getProtocol().equals("jar") ? inJar(any) : inFolder(any);
            return all.stream().filter(name -> name.endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> inFolder(URL any) throws IOException {
        Path folder = Path.of(URI.create(any.toString())).resolveSibling("");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static List<String> inJar(URL any) throws IOException {
        JarURLConnection connection = (JarURLConnection) any.openConnection();
        connection.setUseCaches(false);
        String folder = connection.getEntryName().replaceFirst("[^/]*$", "");
        try (JarFile jar = connection.getJarFile()) {
            return jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(folder))
                    .map(name -> name.substring(folder.length()))
                    .toList();
        }
    }

    /** A file's text. */
    static String text(String name) {
        byte[] bytes = bytes(name);
        if (bytes == null) {
            throw new IllegalStateException("CudaKernels: " + name + " is not in the jar");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What a file holds, or null where there is none. */
    static byte @Nullable [] bytes(String name) {
        try (InputStream in = KernelFiles.class.getResourceAsStream(FOLDER + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
