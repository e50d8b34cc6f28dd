package io.retrograd.host;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A second Java, started as this one was: for what may end a process. */
public final class OwnProcess {
    /** Options of this Java that would disturb a second one. */
    private static final String PRIVATE = "-(agentlib|agentpath|javaagent|Xrun|XX:OnError).*";

    private OwnProcess() {}

    /**
     * The command line.
     *
     * @param program the main class and its arguments
     */
    public static List<String> command(List<String> program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.matches(PRIVATE))
                .forEach(command::add);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(program);
        return command;
    }
}
