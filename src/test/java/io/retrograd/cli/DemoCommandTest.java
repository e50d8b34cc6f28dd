package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.demo.Demo;
import io.retrograd.demo.Demos;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output and the files of {@code demo}. */
class DemoCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    @Test
    void listsAllDemonstrations() {
        Cli cli = Cli.run("demo");
        assertEquals(0, cli.exit(), cli.err());
        for (Demo demo : Demos.all()) {
            String line = String.format("%-14s about %3d s", demo.name(), demo.seconds());
            assertTrue(cli.out().contains(line), cli.out());
            demo.variants().forEach(v -> assertTrue(cli.out().contains(v), cli.out()));
        }
    }

    @Test
    void writesNumbersAndPictures() throws Exception {
        Path out = folder.resolve("new/folder");
        Cli cli = Cli.run("demo", "regression", "--seed", "3", "--out", out.toString());
        assertEquals(0, cli.exit(), cli.err());
        JsonNode numbers = JSON.readTree(Files.readString(out.resolve("regression.json")));
        assertEquals("regression", numbers.get("demo").asText());
        assertEquals(3, numbers.get("seed").asInt());
        assertTrue(cli.out().contains("device reference"), cli.out());
        assertTrue(cli.out().contains(out.resolve("regression.png").toString()), cli.out());
        assertEquals(3040, ImageIO.read(out.resolve("regression.png").toFile()).getWidth());
    }

    @Test
    void aFolderThatCannotBeWrittenInIsReported() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Cli cli = Cli.run("demo", "regression", "--out", file.resolve("below").toString());
        assertEquals(1, cli.exit(), cli.toString());
        assertTrue(cli.err().startsWith("retrograd: "), cli.err());
        assertEquals(1, cli.err().strip().lines().count(), cli.err());
    }

    /** As in the bundle, which has no library that draws lines. */
    @Test
    void whereNothingCanBeDrawnTheReasonIsTold() throws Exception {
        Demo.Result result =
                new Demo.Result(
                        Map.of(),
                        Map.of(
                                "lines",
                                () -> {
                                    throw new NoClassDefFoundError("org/knowm/xchart/XYChart");
                                }));
        List<Path> written = new ArrayList<>();
        String reason = DemoCommand.draw(result, folder, written);
        assertTrue(reason != null && reason.contains("org/knowm/xchart/XYChart"), reason);
        assertEquals(List.of(), written);
    }

    @Test
    void itsNetworksCanBeChecked() {
        Cli cli = Cli.run("gradcheck", "demo-regression");
        assertEquals(0, cli.exit(), cli.out() + cli.err());
        assertTrue(cli.out().contains("demo-regression line"), cli.out());
    }
}
