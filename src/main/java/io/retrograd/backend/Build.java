package io.retrograd.backend;

import io.retrograd.file.Uninterrupted;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Identifies the running build of the backends: no build uses what another remembers. */
final class Build {
    /** The packages that decide how an operation is computed. */
    private static final List<String> PARTS =
            List.of("io/retrograd/backend/", "io/retrograd/operation/");

    private Build() {}

    private static final class Known {
        private static final @Nullable String DIGEST = compute();
    }

    /** The digest of all classes and kernels of the backends; null where they cannot be listed. */
    static @Nullable String digest() {
        return Known.DIGEST;
    }

    private static @Nullable String compute() {
        CodeSource source = Build.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            return digest(Path.of(source.getLocation().toURI()));
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * The digest of a jar, or of a folder with classes.
     *
     * @throws IOException if it cannot be read
     */
    static String digest(Path classes) throws IOException {
        List<String> lines = Files.isDirectory(classes) ? ofFolder(classes) : ofJar(classes);
        return Choices.hash(String.join("\n", lines));
    }

    /** A jar's directory has each file's checksum. */
    private static List<String> ofJar(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toString())) {
            return zip.stream()
                    .filter(entry -> PARTS.stream().anyMatch(entry.getName()::startsWith))
                    .map(Build::line)
                    .sorted()
                    .toList();
        }
    }

    private static String line(ZipEntry entry) {
        return line(entry.getName(), entry.getCrc());
    }

    private static String line(String name, long checksum) {
        return String.format(Locale.ROOT, "%s %08x", name, checksum);
    }

    private static List<String> ofFolder(Path classes) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String part : PARTS) {
            lines.add(line(part, checksum(classes, part)));
        }
        return lines;
    }

    private static long checksum(Path classes, String part) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes.resolve(part))) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        CRC32 checksum = new CRC32();
        for (Path file : files) {
            checksum.update(classes.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
            checksum.update(Uninterrupted.run(() -> Files.readAllBytes(file)));
        }
        return checksum.getValue();
    }
}
