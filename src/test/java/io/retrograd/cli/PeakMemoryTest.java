package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.ChildJava;
import io.retrograd.host.PeakMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class PeakMemoryTest {
    /** The relative error; the worst measured over the networks of the benchmark is 0.09. */
    private static final double TOLERANCE = 0.15;

    @TempDir private Path folder;

    @Test
    void isReadFromTheStatus() throws IOException {
        Path status = folder.resolve("status");
        Files.writeString(
                status, "Name:\tjava\nVmPeak:\t 9999 kB\nVmHWM:\t    2560 kB\nVmRSS:\t1024 kB\n");
        assertEquals(OptionalDouble.of(2.5), PeakMemory.mib(status));
        assertEquals(OptionalDouble.of(1), PeakMemory.residentMib(status));
        Files.writeString(status, "Name:\tjava\n");
        assertEquals(OptionalDouble.empty(), PeakMemory.mib(status));
        assertTrue(PeakMemory.mib(folder.resolve("none")).isEmpty());
    }

    /** Trying plans, of which nothing is remembered yet, takes memory of its own. */
    @Test
    void summaryTellsItBeforeTraining() throws Exception {
        assumeTrue(Files.isReadable(PeakMemory.OWN_STATUS), "the system tells no resident memory");
        double told = peak("summary", "smallcnn", "--input", "128,3,32,32", "--json");
        double measured = Math.min(trained(), trained());
        assertEquals(measured, told, TOLERANCE * measured);
    }

    /** Beside other work garbage waits longer, so that one of two runs may take more. */
    private double trained() throws IOException, InterruptedException {
        return peak("bench", "--net", "smallcnn", "--batch", "128", "--seconds", "0.5", "--json");
    }

    /** The peak of a command that a process of its own runs on two threads of the CPU. */
    private double peak(String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(ChildJava.command());
        line.add("-Dretrograd.cache=" + folder);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        line.addAll(List.of(command));
        line.addAll(List.of("--device", "cpu", "--threads", "2"));
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(line).redirectOutput(out.toFile()).start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), errors);
        return new ObjectMapper().readTree(out.toFile()).get("peak_rss_mb").asDouble();
    }
}
