package io.retrograd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The making of numbers: medians, operations, other processes' load, other programs. */
class MeasuringTest {
    @Test
    void medianAndSpread() {
        assertEquals(3, Stats.median(List.of(5.0, 1.0, 3.0)));
        assertEquals(2, Stats.median(List.of(3.0, 1.0)));
        assertEquals(2, Stats.spread(List.of(1.0, 3.0)) * 2);
        assertThrows(IllegalArgumentException.class, () -> Stats.median(List.of()));
    }

    /** The first layer's 3 passes less backward by data, all of the others: 2 (2·10 + 3·7). */
    @Test
    void operationsOfAStep() throws Exception {
        String summary =
                """
                {"layers": [{"parameters": 0, "multiply_adds": 0},
                            {"parameters": 5, "multiply_adds": 10},
                            {"parameters": 6, "multiply_adds": 7}],
                 "decisions": ["a", "b"]}
                """;
        Plan plan = Plan.of(new ObjectMapper().readTree(summary));
        assertEquals(2 * (2 * 10 + 3 * 7), plan.flops());
        assertEquals(List.of("a", "b"), plan.decisions());
    }

    @Test
    void othersLoadIsAllLessOurChildrens(@TempDir Path folder) throws Exception {
        Path all = folder.resolve("stat");
        Path own = folder.resolve("self");
        Files.writeString(all, "cpu  100 10 20 5000 7 1 2 3 0 0\ncpu0 1\n");
        String self = "1 (a (b) c) S 0 0 0 0 0 0 0 0 0 0 0 0 %d %d 0";
        Files.writeString(own, String.format(self, 50, 6));
        OthersLoad load = new OthersLoad(all, own, 0);
        Files.writeString(all, "cpu  500 10 20 9000 7 1 2 3 0 0\ncpu0 1\n");
        Files.writeString(own, String.format(self, 150, 106));
        Double cores = load.cores(2_000_000_000);
        assertTrue(cores != null && Math.abs(cores - 1) < 1e-9, "cores " + cores);
        Files.delete(all);
        assertNull(load.cores(2_000_000_000));
    }

    @Test
    void aGpuIsWatched() throws Exception {
        List<String> told =
                List.of("printf", "10.0, 100, 900\\n300.0, 700, 1900\\n310, 650, 1900\\n");
        try (GpuWatch watch = new GpuWatch(told)) {
            GpuWatch.Reading reading = watch.reading();
            while (reading == null || reading.peakMib() < 700 || reading.watts() < 305) {
                Thread.sleep(10);
                reading = watch.reading();
            }
            assertEquals(new GpuWatch.Reading(305, 700, 1900), reading);
        }
        try (GpuWatch none = new GpuWatch(List.of("no-such-program"))) {
            assertNull(none.reading());
        }
    }

    @Test
    void aFailureIsToldInALine() {
        Shell shell = new Shell();
        List<String> command =
                List.of("sh", "-c", "echo begins >&2; echo a.b.SomeError: why >&2; exit 3");
        Shell.Failure e = assertThrows(Shell.Failure.class, () -> shell.run(command, 10));
        assertEquals("a.b.SomeError: why", e.reason());
        assertTrue(String.valueOf(e.getMessage()).contains("exit code 3"), e.getMessage());
        assertThrows(Shell.Failure.class, () -> shell.run(List.of("sleep", "10"), 0.1));
        assertThrows(Shell.Failure.class, () -> shell.run(List.of("no-such-program"), 1));
        assertThrows(Shell.Failure.class, () -> shell.json(List.of("true"), 10));
    }

    @Test
    void commandsAreWrittenWithoutFolders() {
        assertEquals("python a.py 'x*'", Shell.shown(List.of("/opt/v/bin/python", "a.py", "x*")));
        assertEquals("in target", new Shell().plain("in " + Path.of("target").toAbsolutePath()));
    }

    @Test
    void resultsAreNamedAfterTheMachine() {
        assertEquals("amd-epyc-2-cores", Machine.kind(Map.of("cpu", "AMD EPYC", "cores", "2")));
        assertEquals(
                "nvidia-h100-80gb",
                Machine.kind(Map.of("cpu", "x", "cores", "2", "gpu", "NVIDIA H100 80GB, 580")));
    }

    @Test
    void aMissingPeerIsNamed() {
        Peers peers = new Peers(new Shell(), "java", "no-such-python", false, false);
        Peers.Peer peer = peers.find("PyTorch");
        assertTrue(peer.modes().isEmpty());
        assertTrue(String.valueOf(peer.missing()).startsWith("no-such-python "), peer.missing());
        assertThrows(IllegalArgumentException.class, () -> peers.find("PyTroch"));
    }
}
