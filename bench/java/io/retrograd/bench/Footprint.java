package io.retrograd.bench;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import com.sun.jna.Structure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The resources of this process at one moment, after a garbage collection; -1 where the system does
 * not tell.
 *
 * @param resident bytes of memory
 * @param live bytes that C's {@code malloc} has given and not got back: oneDNN's memory and objects
 * @param heap bytes of the Java heap in use
 * @param files open file descriptors
 * @param threads the threads of the operating system
 * @param mappings the mappings of files into memory: native libraries, loaded or left behind
 * @param device bytes of the GPU's memory in use, by all processes
 */
record Footprint(
        long resident, long live, long heap, long files, long threads, long mappings, long device) {
    private static final long KIB = 1024;
    private static final long UNKNOWN = -1;

    /** The result of glibc's mallinfo2(3). */
    @Structure.FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    public static final class MallocInfo extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }

    /** The footprint of this process now. */
    static Footprint now(boolean gpu) throws IOException {
        System.gc();
        return new Footprint(
                status("VmRSS:", KIB),
                readLive(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                readFiles(),
                status("Threads:", 1),
                readMappings(),
                gpu ? readDevice() : UNKNOWN);
    }

    private static long status(String name, long unit) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return UNKNOWN;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> unit * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(UNKNOWN);
        }
    }

    private static long readLive() {
        if (!Platform.isLinux()) {
            return UNKNOWN;
        }
        try {
            MallocInfo info =
                    (MallocInfo)
                            Function.getFunction("c", "mallinfo2")
                                    .invoke(MallocInfo.class, new Object[0]);
            return info.uordblks + info.hblkhd;
        } catch (UnsatisfiedLinkError e) {
            return UNKNOWN;
        }
    }

    private static long readFiles() throws IOException {
        Path folder = Path.of("/proc/self/fd");
        if (!Files.isDirectory(folder)) {
            return UNKNOWN;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static long readMappings() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.exists(maps)) {
            return UNKNOWN;
        }
        try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.indexOf('/') >= 0).count();
        }
    }

    private static long readDevice() throws IOException {
        try (GpuWatch gpu = new GpuWatch()) {
            GpuWatch.Reading reading = gpu.await();
            return reading == null ? UNKNOWN : (long) (reading.peakMib() * KIB * KIB);
        }
    }
}
