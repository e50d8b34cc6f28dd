package io.retrograd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    /** The path of {@code java}. */
    public static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
