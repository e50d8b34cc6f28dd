package io.retrograd.host;

import io.retrograd.file.Uninterrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine's memory, or what a container lets its processes have of it. */
public final class PhysicalMemory {
    private static final int KIBI = 1024;

    private final Path root;

    public PhysicalMemory() {
        this(Path.of("/"));
    }

    /**
     * The memory of a machine.
     *
     * @param root where its {@code proc} and {@code sys} are
     */
    PhysicalMemory(Path root) {
        this.root = root;
    }

    /**
     * Bytes that a process can still take, swap space and what the system would give back of its
     * caches included; {@code Long.MAX_VALUE} where the system does not report it.
     */
    public long available() {
        return Math.min(machine(), Math.min(unified(), legacy()));
    }

    private long machine() {
        List<String> lines = lines("proc/meminfo");
        long free = field(lines, "MemAvailable:");
        return free < 0 ? Long.MAX_VALUE : KIBI * (free + Math.max(0, field(lines, "SwapFree:")));
    }

    private long unified() {
        return left(
                "sys/fs/cgroup/memory.max",
                "sys/fs/cgroup/memory.current",
                "sys/fs/cgroup/memory.stat",
                "inactive_file");
    }

    private long legacy() {
        return left(
                "sys/fs/cgroup/memory/memory.limit_in_bytes",
                "sys/fs/cgroup/memory/memory.usage_in_bytes",
                "sys/fs/cgroup/memory/memory.stat",
                "total_inactive_file");
    }

    /** The memory that a control group leaves: caches are given back before it is full. */
    private long left(String limit, String usage, String statistics, String cache) {
        long most = number(lines(limit));
        long used = number(lines(usage));
        if (most < 0 || used < 0) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, most - used + Math.max(0, field(lines(statistics), cache)));
    }

    private static long number(List<String> lines) {
        return lines.isEmpty() ? -1 : parse(lines.get(0));
    }

    /** The number behind a name; -1 where there is none. */
    private static long field(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.split("\\s+"))
                .filter(words -> words.length > 1 && words[0].equals(name))
                .mapToLong(words -> parse(words[1]))
                .findFirst()
                .orElse(-1);
    }

    private static long parse(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private List<String> lines(String file) {
        Path path = root.resolve(file);
        try {
            return Files.isReadable(path)
                    ? Uninterrupted.run(() -> Files.readAllLines(path))
                    : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
