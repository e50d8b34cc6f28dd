package io.retrograd.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory that machines and containers report. */
class PhysicalMemoryTest {
    private static final String MACHINE =
            """
            MemTotal:       24619368 kB
            MemFree:         1000000 kB
            MemAvailable:    2000000 kB
            SwapFree:          24000 kB
            """;

    private static final long OF_MACHINE = 2_024_000L * 1024;

    @TempDir Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private long available() {
        return new PhysicalMemory(root).available();
    }

    @Test
    void aSystemThatTellsNothingHasNoLimit() {
        assertEquals(Long.MAX_VALUE, available());
    }

    @Test
    void aMachineTellsWhatIsAvailable() throws IOException {
        write("proc/meminfo", MACHINE);
        assertEquals(OF_MACHINE, available());
    }

    @Test
    void aContainerMayHaveLess() throws IOException {
        write("proc/meminfo", MACHINE);
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory.current", "700000\n");
        assertEquals(OF_MACHINE, available());
        write("sys/fs/cgroup/memory.max", "1000000\n");
        assertEquals(300_000, available());
        write("sys/fs/cgroup/memory.stat", "anon 600000\ninactive_file 50000\n");
        assertEquals(350_000, available());
        write("sys/fs/cgroup/memory.current", "2000000\n");
        assertEquals(0, available());
    }

    @Test
    void olderContainersToo() throws IOException {
        write("proc/meminfo", MACHINE);
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "700000\n");
        assertEquals(OF_MACHINE, available());
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000\n");
        write("sys/fs/cgroup/memory/memory.stat", "total_inactive_file 1000\n");
        assertEquals(301_000, available());
    }

    @Test
    void whatIsNoNumberIsNoLimit() throws IOException {
        write("proc/meminfo", "MemAvailable: many kB\nMemAvailable:\n");
        assertEquals(Long.MAX_VALUE, available());
    }

    @Test
    void thisMachineHasSome() {
        assertTrue(new PhysicalMemory().available() > 0);
    }
}
