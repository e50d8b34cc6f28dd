package io.retrograd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table, the numbers in it, and that the file holds all of them. */
class TablesTest {
    private static final List<String> PEERS = List.of("PyTorch", "DL4J");
    private static final Report REPORT =
            Reports.of(
                    "cpu",
                    Reports.ours(190, 200, 210),
                    Reports.side("PyTorch", "eager", 0.0, 90, 100, 110),
                    Reports.side("PyTorch", "channels-last", 0.3, 150, 160, 170));

    @Test
    void thePeersFastestModeCounts() {
        assertEquals(
                """
                | net | batch | Retrograd, images/s | spread | PyTorch, images/s | ratio | DL4J,\
                 images/s | ratio | GFLOP/s | of product |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                | mlp | 64 | 200 | 10.0 % | 160 (channels-last) ±6.25 % | 1.25 | missing | - |\
                 0.000002 | 50.0 % |
                """,
                new Tables(REPORT, PEERS).speed());
    }

    @Test
    void whatIsMissingOrLoudIsSaid() {
        String text = new Tables(REPORT, PEERS).all();
        assertTrue(text.contains("missing: DL4J: not here\n"), text);
        assertTrue(text.contains("note: a remark\n"), text);
        assertTrue(text.contains("other processes used up to 0.3 cores"), text);
    }

    @Test
    void numbersHaveThreeDigits() {
        assertEquals("26,984", Tables.number(26983.7));
        assertEquals("100", Tables.number(99.99999));
        assertEquals("46.6", Tables.number(46.6));
        assertEquals("1.06", Tables.number(1.0649));
        assertEquals("0.0471", Tables.number(0.0471));
        assertEquals("0", Tables.number(0.0));
        assertEquals("?", Tables.number(null));
    }

    @Test
    void aReportIsReadAsItWasWritten(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("results.json");
        REPORT.write(file);
        assertEquals(REPORT, Report.read(file));
        assertTrue(Files.readString(file).contains("\"images_per_second\" : 200.0"));
    }

    @Test
    void thePlotsAreSvg(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("speed.svg");
        Plots.speed(REPORT, PEERS, file);
        String svg = Files.readString(file);
        assertTrue(svg.contains("<svg"));
        int legend = svg.split("<rect height=\"20\"", -1).length - 1;
        assertEquals(2, legend, "one for ours and one for PyTorch");
    }

    @Test
    void growthIsDrawnWithThePeersThatHaveIt(@TempDir Path folder) throws Exception {
        List<ObjectNode> rows = new ArrayList<>();
        for (int batch : new int[] {1, 4, 16}) {
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            rows.add(row.put("batch", batch).put("step_ms", 2.0 * batch));
        }
        Path alone = folder.resolve("alone.svg");
        Plots.growth(Report.json(rows), "batch", "step_ms", PEERS, alone);
        JsonNode theirs =
                new ObjectMapper()
                        .readTree(
                                """
                                [{"batch": 1, "step_ms": 3, "mode": "eager", "training_mb": 1.5},
                                 {"batch": 4, "step_ms": 9, "mode": "eager", "training_mb": 2},
                                 {"batch": 16, "step_ms": 16, "mode": "graph", "training_mb": 9}]
                                """);
        Extras.compare(rows, "PyTorch", theirs);
        Path both = folder.resolve("both.svg");
        Plots.growth(Report.json(rows), "batch", "step_ms", PEERS, both);
        assertEquals(1 + colours(alone), colours(both));
        assertEquals(1.5, rows.get(0).path("ratio").asDouble());
        assertEquals(0.5, rows.get(2).path("ratio").asDouble());
        assertEquals("graph", rows.get(2).path("PyTorch_mode").asText());
    }

    private static long colours(Path svg) throws Exception {
        return Pattern.compile("stroke:\\s*(rgb\\([^)]*\\)|#\\w+)")
                .matcher(Files.readString(svg))
                .results()
                .map(match -> match.group(1))
                .distinct()
                .count();
    }
}
