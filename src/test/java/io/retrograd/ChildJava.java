package io.retrograd;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Programs of tests in a Java of their own: this one's, which lets them load natives as the jar
 * does.
 */
public final class ChildJava {
    /** The first Java that can be made to refuse what later ones will. */
    private static final int REFUSES = 24;

    private ChildJava() {}

    /** The start of a command line; options, the class path and the program follow. */
    public static List<String> command() {
        List<String> command = new ArrayList<>(List.of(program()));
        command.add("--enable-native-access=ALL-UNNAMED");
        if (Runtime.version().feature() >= REFUSES) {
            command.add("--illegal-native-access=deny");
            command.add("--sun-misc-unsafe-memory-access=deny");
        }
        return command;
    }

    /**
     * The same with options and a class path for a program that lives a second or so: few
     * optimizations, and classes that the first one leaves in an archive for those that follow.
     *
     * @param folder of the archive, and of a jar, as no archive takes classes from folders
     * @param jarred the folder of classes in the class path that becomes that jar
     */
    public static List<String> shortLived(Path folder, Path jarred) throws IOException {
        Path jar = folder.resolve("classes.jar");
        Path archive = folder.resolve("classes.jsa");
        List<String> command = command();
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable"));
        if (Files.exists(archive)) {
            command.add("-XX:SharedArchiveFile=" + archive);
        } else {
            jar(jarred, jar);
            command.add("-XX:ArchiveClassesAtExit=" + archive);
        }
        command.add("-cp");
        command.add(
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .filter(entry -> !Files.isDirectory(entry))
                        .map(Path::toString)
                        .collect(
                                Collectors.joining(
                                        File.pathSeparator, jar + File.pathSeparator, "")));
        return command;
    }

    private static void jar(Path classes, Path jar) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Path file : files) {
                String name = classes.relativize(file).toString();
                out.putNextEntry(new ZipEntry(name.replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
        }
    }

    /** The path of {@code java}. */
    public static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
