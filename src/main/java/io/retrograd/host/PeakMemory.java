package io.retrograd.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The peak of the resident memory of a process, which the machine had to provide. */
public final class PeakMemory {
    /** The file in which Linux reports it for the reading process. */
    public static final Path OWN_STATUS = Path.of("/proc/self/status");

    public static final double MIB = 1024 * 1024;

    private static final Pattern HIGH_WATER_MARK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final double KIB_PER_MIB = 1024;

    private PeakMemory() {}

    /**
     * The peak in MiB; empty where the system does not report it.
     *
     * @param status a file as proc(5) describes it
     */
    public static OptionalDouble mib(Path status) {
        return mib(status, HIGH_WATER_MARK);
    }

    /** The memory resident now, in MiB; empty where the system does not report it. */
    public static OptionalDouble residentMib(Path status) {
        return mib(status, RESIDENT);
    }

    private static OptionalDouble mib(Path status, Pattern line) {
        try {
            Matcher mark = line.matcher(Files.readString(status));
            return mark.find()
                    ? OptionalDouble.of(Long.parseLong(mark.group(1)) / KIB_PER_MIB)
                    : OptionalDouble.empty();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }
}
