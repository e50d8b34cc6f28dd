package io.retrograd.certify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the CPU is called. */
final class CpuName {
    private static final Path LINUX = Path.of("/proc/cpuinfo");
    private static final Pattern NAME = Pattern.compile("(?m)^model name\\s*: (.*)$");

    private CpuName() {}

    /** As Linux tells it; elsewhere its architecture. */
    static String get() {
        try {
            Matcher name = NAME.matcher(Files.readString(LINUX));
            return name.find() ? name.group(1) : System.getProperty("os.arch");
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
